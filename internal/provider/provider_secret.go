// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"strings"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// shortestSecret is how many characters a secret has at least: a shorter one
// cannot be masked without masking ordinary words as well.
const shortestSecret = 4

// byteOrderMark begins files of some editors, and no secret.
const byteOrderMark = "\ufeff"

// checkSecret reports what would keep a secret from being accepted or from
// being masked; null and unknown are fine. Subject is what it is, as the start
// of a sentence. It never repeats the secret.
func checkSecret(at path.Path, subject string, value types.String) diag.Diagnostics {
	if !isSet(value) {
		return nil
	}
	text := value.ValueString()
	switch {
	case text != strings.TrimSpace(text), strings.HasPrefix(text, byteOrderMark):
		return errorAt(at, "White space around a secret",
			subject+" begins or ends with white space or a line break, as a file often does.",
			"Trim it: trimspace(file(\"secret.txt\")) instead of file(\"secret.txt\").")
	case strings.ContainsFunc(text, unicode.IsControl):
		return errorAt(at, "Line break in a secret",
			subject+" holds a line break or another control character, which no request can carry.", "Write it in one line.")
	case len(text) < shortestSecret:
		return errorAt(at, "Secret too short",
			subject+" is shorter than four characters. One as short cannot be masked in logs and errors, and protects nothing.", "Use a longer one.")
	}
	return nil
}

// checkBearer is checkSecret for a secret that is sent as a bearer token.
func checkBearer(at path.Path, subject string, value types.String) diag.Diagnostics {
	const scheme = "bearer "
	if text := value.ValueString(); len(text) >= len(scheme) && strings.EqualFold(text[:len(scheme)], scheme) {
		return errorAt(at, "Secret with its scheme",
			subject+" starts with \"Bearer \", which the provider adds itself.",
			"Trim it: leave the word out, or write trimprefix(…, \"Bearer \").")
	}
	return checkSecret(at, subject, value)
}
