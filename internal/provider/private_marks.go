package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// The marks that private state carries. They are written only when something
// really changed: Terraform takes any difference in private state for drift.
const (
	// importedKey is there from an import until the first apply after it.
	importedKey = "imported"
	// unlistedKey is there while a rotation is known to have happened whose
	// formerly active key nobody has seen in the list of inactive keys.
	unlistedKey = "unlisted"
)

type privateReader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

type privateWriter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

func isMarked(ctx context.Context, private privateReader, key string) (bool, diag.Diagnostics) {
	value, diags := private.GetKey(ctx, key)
	return len(value) > 0, diags
}

func mark(ctx context.Context, private privateWriter, key string) diag.Diagnostics {
	return private.SetKey(ctx, key, []byte("true"))
}

func unmark(ctx context.Context, private privateWriter, key string) diag.Diagnostics {
	return private.SetKey(ctx, key, nil)
}

// markUnlisted sets or removes the mark of an unlisted rotation after a rotation.
func markUnlisted(ctx context.Context, private privateWriter, unlisted bool) diag.Diagnostics {
	if unlisted {
		return mark(ctx, private, unlistedKey)
	}
	return unmark(ctx, private, unlistedKey)
}
