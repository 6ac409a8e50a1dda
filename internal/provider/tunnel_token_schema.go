// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
)

func tunnelTokenSchema(ctx context.Context) schema.Schema {
	own := tunnelTokenInputs()
	maps.Copy(own, tunnelTokenOutputs())
	return schema.Schema{
		MarkdownDescription: "Rotates the security key of an application tunnel between Atlassian Cloud and a Data Center instance: regenerates it in Cloud and hands it to the instance, by triggers and by schedule.\n\n" +
			"Atlassian documents [regenerating and updating the key](https://support.atlassian.com/organization-administration/docs/set-up-automatic-key-rotation/), and no endpoint that reads a tunnel. " +
			"A refresh makes no request, and a key that somebody regenerates elsewhere cannot be seen. Destroying this resource forgets the tunnel and changes nothing.\n\n" +
			tunnelPermission,
		Attributes: withRotationAttributes(ctx, "the security key", defaultTunnelTimeout, own),
	}
}

func tunnelTokenInputs() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"hostname": schema.StringAttribute{
			CustomType:    tunnelHostnameType{},
			Required:      true,
			PlanModifiers: []planmodifier.String{keepSameTunnel(), stringplanmodifier.RequiresReplace()},
			MarkdownDescription: "The tunnel: its UUID, its host name or its application link URL (*Application tunnels > Actions > View application link URL*). " +
				"All three mean the same and cause no difference. Another tunnel replaces this resource.",
		},
		"organization_id": schema.StringAttribute{
			Optional:            true,
			Computed:            true,
			Validators:          []validator.String{stringvalidator.LengthAtLeast(1)},
			PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown(), keepSameOrganization(), stringplanmodifier.RequiresReplace()},
			MarkdownDescription: "ID of the organization that the tunnel belongs to. Default: `organization_id` of the provider block. Changing it replaces this resource.",
		},
		"instance": schema.StringAttribute{
			Optional: true,
			MarkdownDescription: "Name of the Data Center instance, in `instances` of the provider block, to hand each new token to. " +
				"Adding it later delivers the stored token. Without it the token is stored, for you to hand over.",
		},
		"store_token": schema.BoolAttribute{
			Optional:      true,
			Computed:      true,
			PlanModifiers: []planmodifier.Bool{storeWithoutInstance{}},
			MarkdownDescription: "Whether to keep the token in state, as `token`. Default: `true` without `instance`, `false` with it: the token is then nowhere but in Cloud and on the instance. " +
				"Changing it to `true` stores the token from the next rotation on; changing it to `false` drops the token from state. `false` without `instance` is an error.",
		},
		"preflight": schema.BoolAttribute{
			Optional: true,
			Computed: true,
			Default:  booldefault.StaticBool(true),
			MarkdownDescription: "Whether to check, before the key is regenerated, that the instance is running and accepts its credentials. " +
				"Default: `true`. Without `instance` there is nothing to check.",
		},
	}
}

func tunnelTokenOutputs() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":               computedString("UUID of the tunnel."),
		"name":             computedString("Name of the tunnel, as of the last rotation; another name shows after the refresh that follows."),
		"status":           computedString("Status of the tunnel, such as `CONNECTED`, as Cloud gave it with the new token: before the instance had it. Null while `delivered` is `false`."),
		"on_premise_url":   computedString("Base URL of the instance that the tunnel leads to, seen likewise."),
		"upstream_dns_url": computedString("URL that Atlassian Cloud reaches the instance by, seen likewise."),
		"token": schema.StringAttribute{
			Computed:            true,
			Sensitive:           true,
			PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
			MarkdownDescription: "The security key. Null unless `store_token` was `true` at the last rotation and still is.",
		},
		"token_sha256": computedString("SHA-256 of the security key in hexadecimal, to compare it without seeing it. Null until the first rotation."),
		"delivered": schema.BoolAttribute{
			Computed:            true,
			PlanModifiers:       []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
			MarkdownDescription: "Whether the instance has the last token. `false` means that the tunnel is down, or may be, and that the next apply repairs it. Null without `instance`, and until the first rotation.",
		},
		"delivered_at":   timestampAttribute("When the instance got the last token (RFC 3339)."),
		"cloud_org_name": computedString("Name of the organization at the other end, as the instance tells it."),
		"cloud_page_url": computedString("Where the organization administers its tunnels, as the instance tells it."),
		"app_links_url":  computedString("Where the Cloud site lists its application links, as the instance tells it."),
	}
}
