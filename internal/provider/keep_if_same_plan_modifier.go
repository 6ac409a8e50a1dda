// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
)

var _ planmodifier.String = keepIfSame{}

// keepIfSame plans the value in state where the configuration only writes it
// differently: the framework compares semantically when it saves, not when it
// plans.
type keepIfSame struct {
	same func(state, plan basetypes.StringValue) bool
}

// keepEquallyLong keeps a duration that is only written differently.
func keepEquallyLong() planmodifier.String {
	return keepIfSame{func(state, plan basetypes.StringValue) bool {
		return durationValue{state}.sameAs(durationValue{plan})
	}}
}

// keepSameTunnel keeps the name of a tunnel that is only written differently.
func keepSameTunnel() planmodifier.String {
	return keepIfSame{func(state, plan basetypes.StringValue) bool {
		return tunnelHostnameValue{state}.sameAs(tunnelHostnameValue{plan})
	}}
}

// keepSameOrganization keeps the ID of an organization that is only written in
// another case.
func keepSameOrganization() planmodifier.String {
	return keepIfSame{func(state, plan basetypes.StringValue) bool {
		return isSet(state) && isSet(plan) && strings.EqualFold(state.ValueString(), plan.ValueString())
	}}
}

func (keepIfSame) Description(context.Context) string {
	return "Writing the same value differently changes nothing."
}

func (m keepIfSame) MarkdownDescription(ctx context.Context) string {
	return m.Description(ctx)
}

func (m keepIfSame) PlanModifyString(_ context.Context, req planmodifier.StringRequest, resp *planmodifier.StringResponse) {
	if m.same(req.StateValue, req.PlanValue) {
		resp.PlanValue = req.StateValue
	}
}
