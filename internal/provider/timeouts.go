// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"

	"github.com/keyrotation/terraform-provider-atlassian/internal/rotation"
)

// timeoutDescription describes a timeout of what, which is otherwise where
// nothing is configured.
func timeoutDescription(what string, otherwise time.Duration) string {
	return fmt.Sprintf("How long %s may take, all its requests and waits together: a [duration](https://pkg.go.dev/time#ParseDuration) such as `\"30s\"` or `\"2h45m\"`. Default: `\"%s\"`.",
		what, rotation.FormatDuration(otherwise))
}

// bounded returns ctx limited to what the timeouts attribute allows the
// operation, and to otherwise where it says nothing.
func bounded(ctx context.Context, allowed func(context.Context, time.Duration) (time.Duration, diag.Diagnostics), otherwise time.Duration, diags *diag.Diagnostics) (context.Context, context.CancelFunc) {
	timeout, timeoutDiags := allowed(ctx, otherwise)
	diags.Append(timeoutDiags...)
	return context.WithTimeout(ctx, timeout)
}
