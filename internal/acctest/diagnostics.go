// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Diagnostics are the errors and warnings of one call of the plugin protocol.
type Diagnostics []*tfprotov6.Diagnostic

// Errors returns the errors, each as its summary and detail.
func (d Diagnostics) Errors() []string {
	return d.texts(tfprotov6.DiagnosticSeverityError)
}

// Warnings returns the warnings, each as its summary and detail.
func (d Diagnostics) Warnings() []string {
	return d.texts(tfprotov6.DiagnosticSeverityWarning)
}

func (d Diagnostics) texts(severity tfprotov6.DiagnosticSeverity) []string {
	var texts []string
	for _, diagnostic := range d {
		if diagnostic.Severity == severity {
			texts = append(texts, diagnostic.Summary+": "+diagnostic.Detail)
		}
	}
	return texts
}

// MustNotFail fails the test if there are errors.
func (d Diagnostics) MustNotFail(t T) {
	t.Helper()
	if errors := d.Errors(); len(errors) > 0 {
		t.Fatalf("unexpected errors:\n%s", strings.Join(errors, "\n"))
	}
}

// MustBeQuiet fails the test if there are errors or warnings.
func (d Diagnostics) MustBeQuiet(t T) {
	t.Helper()
	d.MustNotFail(t)
	if warnings := d.Warnings(); len(warnings) > 0 {
		t.Errorf("unexpected warnings:\n%s", strings.Join(warnings, "\n"))
	}
}

// MustFailAt fails the test unless one error is about the attribute at path,
// names separated by dots, and holds all of words.
func (d Diagnostics) MustFailAt(t T, path string, words ...string) {
	t.Helper()
	var about Diagnostics
	for _, diagnostic := range d {
		if dotted(diagnostic.Attribute) == path {
			about = append(about, diagnostic)
		}
	}
	if len(about) == 0 {
		t.Errorf("nothing is said about %s, only:\n%s", path, strings.Join(d.Errors(), "\n"))
		return
	}
	mustHold(t, "error", about.Errors(), words)
}

// dotted writes a path as names separated by dots.
func dotted(path *tftypes.AttributePath) string {
	var names []string
	for _, step := range path.Steps() {
		names = append(names, fmt.Sprint(step))
	}
	return strings.Join(names, ".")
}

// MustFail fails the test unless one error holds all of words.
func (d Diagnostics) MustFail(t T, words ...string) {
	t.Helper()
	mustHold(t, "error", d.Errors(), words)
}

// MustWarn fails the test if there are errors, or unless one warning holds all
// of words.
func (d Diagnostics) MustWarn(t T, words ...string) {
	t.Helper()
	d.MustNotFail(t)
	mustHold(t, "warning", d.Warnings(), words)
}

func mustHold(t T, kind string, texts, words []string) {
	t.Helper()
	for _, text := range texts {
		if holdsAll(text, words) {
			return
		}
	}
	t.Errorf("no %s holds all of %q, only:\n%s", kind, words, strings.Join(texts, "\n"))
}

func holdsAll(text string, words []string) bool {
	for _, word := range words {
		if !strings.Contains(text, word) {
			return false
		}
	}
	return true
}
