// SPDX-License-Identifier: MPL-2.0

package reencryption

import (
	"strings"
	"testing"
	"unicode"
)

// A key that nothing is wrong with is one word in one line of the form.
func FuzzKeyARN(f *testing.F) {
	for _, arn := range []string{
		"arn:aws:kms:us-east-1:279766244153:key/11111111-1111-1111-1111-111111111111",
		"arn:aws-us-gov:kms:us-east-1:279766244153:key/mrk-0123456789abcdef0123456789abcdef",
		"arn:aws:kms:us-east-1:279766244153:alias/x", "arn:aws:kms:us-east-1::key/", "", "arn:::::", "arn:aws:kms:us-east-1:279766244153:key/11111111-1111-1111-1111-111111111111\nOld key: x",
	} {
		f.Add("us-east-1", arn, "279766244153")
		f.Add("", arn, "")
	}
	f.Fuzz(func(t *testing.T, region, arn, account string) {
		request := Request{AWSAccountID: account}
		summary, detail := request.arnProblem(region, arn)
		if strings.ContainsFunc(summary+detail, unicode.IsControl) {
			t.Errorf("%q is said as %q", arn, summary+detail)
		}
		if summary == "" && (strings.ContainsFunc(arn, unicode.IsControl) || strings.Contains(arn, " ") || !strings.HasPrefix(arn, "arn:aws") || !strings.Contains(arn, ":"+account+":")) {
			t.Errorf("%q passes for %q", arn, account)
		}
	})
}
