package provider

import (
	"context"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
)

// bounded returns ctx limited to what the timeouts attribute allows the
// operation, and to otherwise where it says nothing.
func bounded(ctx context.Context, allowed func(context.Context, time.Duration) (time.Duration, diag.Diagnostics), otherwise time.Duration, diags *diag.Diagnostics) (context.Context, context.CancelFunc) {
	timeout, timeoutDiags := allowed(ctx, otherwise)
	diags.Append(timeoutDiags...)
	return context.WithTimeout(ctx, timeout)
}
