package provider

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// errorAt is an error about an attribute, of sentences of which any may be empty.
func errorAt(at path.Path, summary string, sentences ...string) diag.Diagnostics {
	return diag.Diagnostics{diag.NewAttributeErrorDiagnostic(at, summary, joinSentences(sentences))}
}

// warningAt is errorAt for a warning.
func warningAt(at path.Path, summary string, sentences ...string) diag.Diagnostics {
	return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(at, summary, joinSentences(sentences))}
}

func joinSentences(sentences []string) string {
	said := make([]string, 0, len(sentences))
	for _, sentence := range sentences {
		if sentence != "" {
			said = append(said, sentence)
		}
	}
	return strings.Join(said, " ")
}
