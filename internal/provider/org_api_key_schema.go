// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"maps"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/objectplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/setplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

func orgAPIKeySchema(ctx context.Context) schema.Schema {
	attributes := orgAPIKeyInputs(ctx)
	maps.Copy(attributes, orgAPIKeyOutputs())
	maps.Copy(attributes, expiryAttributes("the key"))
	return schema.Schema{
		MarkdownDescription: "Takes an API key of an organization under management: watches its expiry and revokes it.\n\n" +
			"Atlassian documents endpoints that [list and revoke API keys](https://developer.atlassian.com/cloud/admin/api-access/rest/api-group-api-key/), and none that creates, renames, extends or rotates one. " +
			"An organization admin creates a key under *Atlassian Administration > Organization settings > API keys*; this resource adopts it by its label or its ID. " +
			"Its secret is shown once, on that page, and never passes through Terraform.\n\n" +
			"A plan that creates or replaces this resource looks the key up. It fails where the key is missing or ambiguous, and a replacement also where it is revoked or expired, so that no key is revoked for a successor that is not there. " +
			"The creation of a resource for a revoked or expired key is warned of, and its apply fails: Terraform plans so before it finishes a `destroy` that failed half-way. " +
			"Where the plan that Terraform makes before a `destroy` fails, run `terraform destroy -refresh=false`.\n\n" +
			"`-replace` and `terraform taint` revoke nothing where the resource would adopt the same key again. " +
			"The keys of an organization are listed once in a run, whatever the number of resources and data sources.\n\n" +
			"Configuration that `plan -generate-config-out` writes for an import holds both `label` and `key_id`: keep one. That of `terraform query` holds `key_id`.\n\n" +
			"The provider needs an API key without scopes, or with the scopes `read:keys:admin` and, to revoke, `delete:keys:admin`.",
		Attributes: attributes,
	}
}

func orgAPIKeyInputs(ctx context.Context) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"label": selectorAttribute("Name of the key on the administration page, to the letter. It must be the only active key of that name. " +
			"Exactly one of `label` and `key_id` is required. A label that means another key replaces this resource: the key that it means now is revoked, unless `revoke_on_destroy` is `false`."),
		"key_id": selectorAttribute("ID of the key. Exactly one of `label` and `key_id` is required. Another ID replaces this resource, as with `label`."),
		"organization_id": selectorAttribute(
			"ID of the organization that the key belongs to. Default: `organization_id` of the provider block. Changing it replaces this resource."),
		"revoke_on_destroy": schema.BoolAttribute{
			Optional: true,
			Computed: true,
			Default:  booldefault.StaticBool(true),
			MarkdownDescription: "Whether destroying or replacing this resource revokes the key, for good. `false` only forgets it. What counts is the value that was last applied. " +
				"The key in `api_key_id` of the provider block is never revoked. Default: `true`.",
		},
		"timeouts": timeoutsAttribute(ctx, timeouts.Opts{
			Create: true, CreateDescription: timeoutDescription("looking the key up", defaultReadTimeout),
			Read: true, ReadDescription: timeoutDescription("refreshing", defaultReadTimeout),
			Delete: true, DeleteDescription: timeoutDescription("revoking the key", defaultDeleteTimeout),
		}),
	}
}

// selectorAttribute says which key is meant. ModifyPlan decides whether another
// value means another key, and so whether it replaces the resource.
func selectorAttribute(description string) schema.StringAttribute {
	return schema.StringAttribute{
		Optional:            true,
		Computed:            true,
		PlanModifiers:       []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		MarkdownDescription: description,
	}
}

func orgAPIKeyOutputs() map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"id":                 computedString("ID of the key."),
		"status":             computedString("`active`, `expired`, `revoked`, or `missing` where the list of all keys lacks it, as of the last refresh."),
		"drift_acknowledged": driftAttribute("another `status`"),
		"created_at":         timestampAttribute("When the key was created (RFC 3339)."),
		"expires_at":         timestampAttribute("When the key expires (RFC 3339), at most a year after it was created. Null where Atlassian gives no date that can be read."),
		"last_active_at": timestampAttribute("When the key was last used (RFC 3339). Null for a key that was never used. " +
			"It is recorded only together with another change, so that a key in use is no drift: `atlassian_org_api_keys` always tells the newest."),
		"scopes": schema.SetAttribute{
			ElementType:         types.StringType,
			Computed:            true,
			PlanModifiers:       []planmodifier.Set{setplanmodifier.UseStateForUnknown()},
			MarkdownDescription: "Scopes of the key, such as `read:keys:admin`. Empty for a key without scopes, which may do everything.",
		},
		"resource":          computedString("ARI of what the key opens."),
		"system_account_id": computedString("ID of the account that acts when the key is used."),
		"created_by": schema.SingleNestedAttribute{
			Computed:            true,
			PlanModifiers:       []planmodifier.Object{objectplanmodifier.UseStateForUnknown()},
			MarkdownDescription: "Who created the key.",
			Attributes: map[string]schema.Attribute{
				"id":    schema.StringAttribute{Computed: true, MarkdownDescription: "Account ID."},
				"name":  schema.StringAttribute{Computed: true, MarkdownDescription: "Name."},
				"email": schema.StringAttribute{Computed: true, MarkdownDescription: "E-mail address."},
			},
		},
	}
}
