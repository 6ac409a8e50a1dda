// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/datacenter"
)

// creationTrial is what a plan asks before something is created, so that nobody
// approves what cannot be done. Whatever comes of it is a warning: Terraform plans
// creations before it destroys as well, and an instance that is down must not
// keep the rest from being destroyed.
type creationTrial struct {
	timeouts timeouts.Value
	// ask asks something harmless of the instance that a creation depends on.
	ask func(ctx context.Context, instance *datacenter.Instance) error
	// failed says on its first line what failed.
	failed string
	// consequence says what applying the plan comes to as long as it does.
	consequence string
}

// tryCreation asks an instance, as far as it is known yet, what the creation of a
// resource will ask first. A provider that is not configured asks nobody.
func (d *providerData) tryCreation(ctx context.Context, name types.String, trial creationTrial) diag.Diagnostics {
	if d == nil || !isSet(name) {
		return nil
	}
	instance := d.instances[name.ValueString()].instance
	if instance == nil {
		return nil
	}
	var diags diag.Diagnostics
	ctx, cancel := bounded(ctx, trial.timeouts.Create, defaultReadTimeout, &diags)
	defer cancel()
	if err := trial.ask(ctx, instance); err != nil {
		explanation := instance.Explain(err)
		diags.Append(warningAt(path.Root("instance"), trial.failed+": "+briefly(err),
			explanation.Cause, trial.consequence, fmt.Sprintf("Nothing was changed on the instance %q.", instance.Name()), explanation.Remedy)...)
	}
	return diags
}
