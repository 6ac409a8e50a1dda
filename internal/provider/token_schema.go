// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/setvalidator"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// maxTokenName is how long the name of a token may be before the marker; no
// product publishes a limit [guess].
const maxTokenName = 200

// secretInState is what the page of a resource says first that keeps a secret.
const secretInState = "~> The secret of the token is kept in the state, in `token`: whoever reads the state has it. Encrypt the state (a backend that does, or OpenTofu's state encryption), " +
	"and hand the token over with a write-only argument or a secret store. See the guide *Rotating the robot's own token*.\n\n"

// withTokenAttributes adds to own what all resources for tokens share.
func withTokenAttributes(ctx context.Context, own map[string]schema.Attribute) map[string]schema.Attribute {
	attributes := withRotationAttributes(ctx, "the token", defaultTokenTimeout, tokenInputs())
	maps.Copy(attributes, tokenOutputs())
	maps.Copy(attributes, expiryAttributes("the token"))
	maps.Copy(attributes, own)
	return attributes
}

func tokenInputs() map[string]schema.Attribute {
	revokeAfter := durationAttribute(
		"How long the token that a rotation supersedes goes on working, such as `\"7d\"`: it is revoked by the first apply after. `\"0s\"` revokes it in the same apply, once the new one has opened the instance. "+
			"Only one superseded token is kept: a further rotation revokes it first. Default: `\"0s\"`.",
		durationAtLeast(0))
	revokeAfter.Computed = true
	revokeAfter.Default = stringdefault.StaticString("0s")
	return map[string]schema.Attribute{
		"instance": schema.StringAttribute{
			Required:            true,
			PlanModifiers:       []planmodifier.String{stringplanmodifier.RequiresReplace()},
			MarkdownDescription: "Name of the instance in `instances` of the provider block. Changing it replaces this resource, and revokes the token.",
		},
		"expires_in": durationAttribute(
			"How long a token works, in whole days, such as `\"90d\"`. Longer than `rotation_interval`. Changing it rotates. "+
				"An instance may grant less: `expires_at` is what it has granted. Default: for ever, where its administrators allow that.",
			wholeDays{}),
		"revoke_previous_after": revokeAfter,
		"own": schema.BoolAttribute{
			Optional: true,
			Computed: true,
			Default:  booldefault.StaticBool(false),
			MarkdownDescription: "Whether the instance is configured with this very token in the provider block, which no endpoint tells. " +
				"The superseded token is then revoked by the new one, and the newest one in state acts for this resource. Hand the new one over to the next run: see the guide *Rotating the robot's own token*. Default: `false`.",
		},
		"rotate_on_create": schema.BoolAttribute{
			Optional:            true,
			Computed:            true,
			Default:             booldefault.StaticBool(true),
			MarkdownDescription: "Only `true`: creating this resource makes a token. To take one under management that exists, import it. Default: `true`.",
		},
	}
}

// tokenNameAttribute is the name of tokens; rename says what another one does.
func tokenNameAttribute(rename string) schema.StringAttribute {
	return schema.StringAttribute{
		Required:            true,
		Validators:          []validator.String{stringvalidator.LengthBetween(1, maxTokenName)},
		MarkdownDescription: "What names of tokens begin with; each token gets a marker of its own after it, see `token_name`. " + rename,
	}
}

// permissionsAttribute is what tokens may do.
func permissionsAttribute(description string, allowed ...string) schema.SetAttribute {
	return schema.SetAttribute{
		ElementType:         types.StringType,
		Validators:          []validator.Set{setvalidator.SizeAtLeast(1), setvalidator.NoNullValues(), setvalidator.ValueStringsAre(stringvalidator.OneOf(allowed...))},
		MarkdownDescription: description,
	}
}

func tokenOutputs() map[string]schema.Attribute {
	secret := computedString("The secret of the token. An instance shows it once, when it makes the token. Null for a token that was imported, until it is rotated.")
	secret.Sensitive = true
	return map[string]schema.Attribute{
		"id":         computedString("What the token is imported by. Another one with each rotation."),
		"token":      secret,
		"token_id":   computedString("ID of the token: digits, of which the first may be zero."),
		"token_name": computedString("Name of the token on the instance: `name` and a marker."),
		"status": computedString("`active`, `expired`, or `missing` where the list of all tokens lacks it: it was revoked, or removed after it expired. " +
			"The plan makes another one for a token that is not active."),
		"created_at": timestampAttribute("When the token was made (RFC 3339)."),
		"expires_at": timestampAttribute("When the token expires (RFC 3339), as the instance has granted it. Null for never, and where the instance does not tell: Bamboo tells it of a token that it has just made, and of no other."),
		"last_used_at": timestampAttribute("When the token was last used (RFC 3339). Null where it never was, and where the instance does not tell. " +
			"It is recorded only together with another change, so that a token in use is no drift: `atlassian_dc_tokens` always tells the newest."),
		"previous_token_id":       computedString("ID of the superseded token that still works. Null for none."),
		"previous_revocation_due": timestampAttribute("When the superseded token is to be revoked (RFC 3339). Null for none."),
		"revocation_due":          computedBool("Whether the next apply revokes the superseded token: `revoke_previous_after` has passed, or an earlier revocation failed. Set by refresh."),
		"drift_acknowledged": computedBool("`false` after a refresh saw another `status`, other permissions, or a token that was made for this resource and whose secret is lost; " +
			"the plan then shows an update in place to `true`, which saves what was seen and makes it good as the plan says. `true` otherwise."),
	}
}

// defaultTokenTimeout bounds a change of tokens.
const defaultTokenTimeout = 10 * time.Minute
