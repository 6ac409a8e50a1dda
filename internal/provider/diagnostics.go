// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/datacenter"
	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/paging"
	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
)

// errorAt is an error about an attribute, of sentences of which any may be empty.
func errorAt(at path.Path, summary string, sentences ...string) diag.Diagnostics {
	return diag.Diagnostics{diag.NewAttributeErrorDiagnostic(at, summary, joinSentences(sentences))}
}

// warningAt is errorAt for a warning.
func warningAt(at path.Path, summary string, sentences ...string) diag.Diagnostics {
	return diag.Diagnostics{diag.NewAttributeWarningDiagnostic(at, summary, joinSentences(sentences))}
}

// pathOf returns the attribute that a diagnostic is about; none where it is about
// no attribute.
func pathOf(of diag.Diagnostic) path.Path {
	if about, ok := of.(diag.DiagnosticWithPath); ok {
		return about.Path()
	}
	return path.Empty()
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

// briefly says in a few words what failed, for the first line of an error: chat
// and CI show nothing else.
func briefly(err error) string {
	if notReady, ok := errors.AsType[*datacenter.NotReadyError](err); ok {
		return notReady.Error()
	}
	if _, ok := errors.AsType[*paging.Error](err); ok {
		return "list without an end"
	}
	if failure, ok := errors.AsType[*transport.Error](err); ok {
		return failure.Brief()
	}
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return "interrupted or out of time"
	}
	cause, _, _ := strings.Cut(err.Error(), ": ")
	return cause
}
