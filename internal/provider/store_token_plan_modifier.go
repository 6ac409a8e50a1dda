// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

var _ planmodifier.Bool = storeWithoutInstance{}

// storeWithoutInstance plans, where the configuration is silent, that the token
// is stored exactly if no instance gets it. It looks at the configuration and not
// at the plan, which still holds the value in state where only the attribute was
// removed.
type storeWithoutInstance struct{}

func (storeWithoutInstance) Description(context.Context) string {
	return "Defaults to true without instance, and to false with it."
}

func (m storeWithoutInstance) MarkdownDescription(ctx context.Context) string {
	return m.Description(ctx)
}

func (storeWithoutInstance) PlanModifyBool(ctx context.Context, req planmodifier.BoolRequest, resp *planmodifier.BoolResponse) {
	if !req.ConfigValue.IsNull() {
		return
	}
	var instance types.String
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("instance"), &instance)...)
	resp.PlanValue = types.BoolValue(instance.IsNull())
	if instance.IsUnknown() {
		resp.PlanValue = types.BoolUnknown()
	}
}
