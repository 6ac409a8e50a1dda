// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/boolplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/listplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/mapplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func dcAESRotationSchema(ctx context.Context) schema.Schema {
	own := dcAESRotationInputs()
	for name, attribute := range dcAESRotationOutputs() {
		own[name] = attribute
	}
	return schema.Schema{
		MarkdownDescription: "Rotates the AES key of a Jira, Confluence, Bitbucket or Crowd Data Center instance, by triggers and by schedule, exactly once each time, " +
			"and deletes inactive keys after a retention. One resource manages one instance; `for_each` over their names manages a fleet.\n\n" +
			"Atlassian documents [rotating, listing inactive and deleting inactive keys](https://confluence.atlassian.com/adminjiraserver/security-management-1489808496.html), " +
			"and no way to see the active key or its age: a rotation elsewhere shows in the inactive keys. Destroying this resource forgets the instance and changes nothing on it, unless `delete_inactive_keys_on_destroy` is set.\n\n" +
			aesKeyPermission,
		Attributes: withRotationAttributes(ctx, "the AES key", defaultChangeTimeout, own),
	}
}

func dcAESRotationInputs() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"instance": schema.StringAttribute{
			Required:            true,
			PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
			MarkdownDescription: "Name of the instance in `instances` of the provider block. Another name is another resource: changing it replaces this one.",
		},
		"inactive_key_retention": durationAttribute(
			"Delete the inactive keys in the first apply after all of them have been inactive this long, such as `\"30d\"`; `\"0s\"` deletes them right after each rotation. " +
				"Atlassian deletes all or none, and a backup that was made before a rotation cannot be restored once the key of that time is deleted. A deletion that no plan has announced, key by key, does not take place: " +
				"after a creation the keys that were inactive before are announced by the next plan. Default: never delete."),
		"delete_inactive_keys_on_destroy": schema.BoolAttribute{
			Optional:            true,
			Computed:            true,
			Default:             booldefault.StaticBool(false),
			MarkdownDescription: "Whether destroying this resource deletes the inactive keys that it knows of; one of which a rotation is open deletes none. Default: `false`, destroying changes nothing on the instance.",
		},
		"preflight": schema.BoolAttribute{
			Optional: true,
			Computed: true,
			Default:  booldefault.StaticBool(true),
			MarkdownDescription: "Whether to check before a rotation that the instance is running, is not in a rolling upgrade and runs one version on all nodes. " +
				"What a product does not tell is left out. Default: `true`.",
		},
	}
}

func dcAESRotationOutputs() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id": computedString("Name of the instance, as in `instance`."),
		"inactive_keys": schema.ListAttribute{
			Computed:            true,
			ElementType:         types.StringType,
			PlanModifiers:       []planmodifier.List{listplanmodifier.UseStateForUnknown()},
			MarkdownDescription: "Names of the inactive keys, oldest first. The names are those of the instance; they are not secret.",
		},
		"inactive_since": schema.MapAttribute{
			Computed:            true,
			ElementType:         timetypes.RFC3339Type{},
			PlanModifiers:       []planmodifier.Map{mapplanmodifier.UseStateForUnknown()},
			MarkdownDescription: "When each of `inactive_keys` was first seen inactive (RFC 3339), by name.",
		},
		"deletion_due": schema.BoolAttribute{
			Computed:            true,
			PlanModifiers:       []planmodifier.Bool{boolplanmodifier.UseStateForUnknown()},
			MarkdownDescription: "Whether the next apply deletes the inactive keys because `inactive_key_retention` has passed for all of them. Set by refresh.",
		},
		"drift_acknowledged": driftAttribute("a rotation, or keys that appeared or vanished,"),
		"last_rotated_by": computedString("Who rotated last where that was not this resource, as the audit log of the instance calls the account. " +
			"The log then dates `last_rotated_at` as well. Null where this resource rotated, and where the log does not tell."),
		"rotation_status":  computedString("The `status` that the instance answered the last rotation with, in its own words; where they changed, the refresh after it records them. Null where it said none."),
		"rotation_message": computedString("The `message` that the instance answered the last rotation with, likewise."),
		"product":          computedString("Product of the instance as seen by the last preflight, or by the one before until the refresh after it: `jira`, `confluence`, `bitbucket`, `crowd`. Null where it does not tell."),
		"version":          computedString("Version of the product, seen likewise. Null where it does not tell."),
	}
}
