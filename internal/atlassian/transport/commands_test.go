// SPDX-License-Identifier: MPL-2.0

package transport

import "testing"

func TestRedactor_disarmsCommandsToCISystems(t *testing.T) {
	t.Parallel()
	redactor := NewRedactor("c4nary-secret")
	for said, want := range map[string]string{
		"no ##vso[task.setvariable variable=PATH]/tmp":   `no #\x23vso[task.setvariable variable=PATH]/tmp`,
		"##[group]x ###[error]y":                         `#\x23[group]x ##\x23[error]y`,
		"##teamcity[buildStatus status='SUCCESS']":       `#\x23teamcity[buildStatus status='SUCCESS']`,
		"::error::forged":                                `:\x3aerror::forged`,
		"x ::error file=a.tf,line=1::forged":             `x :\x3aerror file=a.tf,line=1::forged`,
		"::stop-commands::x ::add-mask::c4nary-secret":   `:\x3astop-commands::x :\x3aadd-mask::***`,
		"arn:aws:iam::279766244153:user/a ::1 fe80::1 #": "arn:aws:iam::279766244153:user/a ::1 fe80::1 #",
		"## heading [1], C::D, arn:aws:s3:::bucket":      "## heading [1], C::D, arn:aws:s3:::bucket",
	} {
		if got := redactor.text(said); got != want {
			t.Errorf("%s is shown as %s, want %s", said, got, want)
		}
	}
}
