// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"maps"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timeouts/resource/timeouts"
	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/booldefault"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// withRotationAttributes adds to own what all rotating resources share. thing
// names what rotates, such as "the AES key", and change is how long that may take
// where nobody says otherwise.
func withRotationAttributes(ctx context.Context, thing string, change time.Duration, own map[string]schema.Attribute) map[string]schema.Attribute {
	attributes := scheduleInputs(thing)
	maps.Copy(attributes, rotationInputs(ctx, thing, change))
	maps.Copy(attributes, rotationOutputs(thing))
	maps.Copy(attributes, own)
	return attributes
}

// scheduleInputs say when to rotate without anybody asking for it.
func scheduleInputs(thing string) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"rotation_interval": durationAttribute(
			"Rotate "+thing+" when this long has passed since the last rotation, such as `\"90d\"` (units `w`, `d`, `h`, `m`, `s`; at least `\"1h\"`). "+
				"A refresh that finds it due sets `rotation_due`, and the plan after it rotates. Without it there is no schedule.",
			durationAtLeast(time.Hour)),
		"early_rotation_window": durationAttribute(
			"Let a plan rotate this long before the rotation is due, such as `\"1d\"` (less than `rotation_interval`). " +
				"Set it to at least the period of the pipeline that applies, so that no run comes a moment too early. Default: rotate when due, not earlier."),
		"rotation_window": schema.SingleNestedAttribute{
			Optional:   true,
			Validators: []validator.Object{rotationWindowValidator{}},
			MarkdownDescription: "When scheduled rotations may take place: one falls due only while a window is open. " +
				"Changes of `rotate_triggers`, retries and repairs do not wait for it. Default: at any time.",
			Attributes: map[string]schema.Attribute{
				"schedule": schema.StringAttribute{
					Required: true,
					MarkdownDescription: "When windows open: a cron line of five fields (minute, hour, day of month, month, day of week), " +
						"such as `\"0 2 * * SUN\"`.",
				},
				"duration": schema.StringAttribute{
					CustomType:          durationType{},
					Required:            true,
					MarkdownDescription: "How long each window stays open, such as `\"4h\"` (at least `\"1h\"`). Choose it longer than the period of the pipeline that applies, or run the pipeline inside it.",
				},
				"time_zone": schema.StringAttribute{
					Optional:            true,
					MarkdownDescription: "Time zone of `schedule`, an IANA name such as `\"Europe/Berlin\"`. A window that would open in the hour that daylight saving time skips opens as the clock is put forward. Default: `UTC`.",
				},
			},
		},
		"first_rotation_at": schema.StringAttribute{
			CustomType: timetypes.RFC3339Type{},
			Optional:   true,
			MarkdownDescription: "When the first scheduled rotation is due while no rotation is known (RFC 3339). With `for_each` it staggers a fleet. " +
				"Default: `rotation_interval` after coming under management.",
		},
		"rotation_paused": schema.BoolAttribute{
			Optional: true,
			Computed: true,
			Default:  booldefault.StaticBool(false),
			MarkdownDescription: "While `true` no scheduled rotation falls due, and the dates stay as they are: for a change freeze. " +
				"Changing it changes nothing else. Changes of `rotate_triggers`, retries and repairs go on. Default: `false`.",
		},
	}
}

func rotationInputs(ctx context.Context, thing string, change time.Duration) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"rotate_triggers": schema.MapAttribute{
			ElementType:         types.StringType,
			Optional:            true,
			MarkdownDescription: "Arbitrary keys and values. Any change rotates " + thing + " in place. Values that are known only during apply make the plan say that it may rotate.",
		},
		"rotate_on_create": schema.BoolAttribute{
			Optional: true,
			Computed: true,
			Default:  booldefault.StaticBool(true),
			MarkdownDescription: "Whether creating this resource rotates. `false` takes " + thing + " under management as it is, without a call that changes it, " +
				"and counts `rotation_interval` from then on. Default: `true`.",
		},
		"timeouts": timeoutsAttribute(ctx, timeouts.Opts{
			Create: true, CreateDescription: timeoutDescription("creating, the rotation included,", change),
			Read: true, ReadDescription: timeoutDescription("refreshing", defaultReadTimeout),
			Update: true, UpdateDescription: timeoutDescription("updating, the rotation included,", change),
			Delete: true, DeleteDescription: timeoutDescription("destroying", defaultDeleteTimeout),
		}),
	}
}

func rotationOutputs(thing string) map[string]schema.Attribute {
	return map[string]schema.Attribute{
		"last_rotated_at": timestampAttribute("When " + thing + " was last rotated, as far as this resource knows (RFC 3339). A rotation elsewhere is dated by when it was seen, or by the audit log where there is one that tells. Null where no rotation is known."),
		"next_rotation_at": timestampAttribute("When the next scheduled rotation takes place (RFC 3339): `rotation_interval` after the last rotation, moved to the opening of the first `rotation_window` that is open then or later. " +
			"Where no rotation is known it is `first_rotation_at`, or `rotation_interval` after coming under management. Null without `rotation_interval`."),
		"rotation_due":    computedBool("Whether the next apply rotates because of the schedule, or because a rotation was sent and not seen to happen. Set by refresh, so that `terraform plan -refresh-only` shows it too."),
		"rotation_origin": computedString("Where the last rotation came from: `terraform` (this resource), `external` (seen to have happened elsewhere), or null where no rotation is known."),
		"rotation_reason": computedString("Why the last rotation took place, known in the plan: `creation`, `triggers`, `schedule`, `retry` (one was sent and not seen to happen), " +
			"`repair`, `external`; null where none is known. Terraform folds warnings together, and drops those of a forced `-replace`: this attribute tells all the same."),
		"rotation_attempted_at": timestampAttribute("When a rotation was sent whose outcome is not known (RFC 3339); the next apply sees to it. Null in normal times. Do not use `-replace` while it is set: the replacement does not know of the request that may still run."),
	}
}

// rotationWindowTypes are the types of the parts of rotation_window.
func rotationWindowTypes() map[string]attr.Type {
	return map[string]attr.Type{"schedule": types.StringType, "duration": durationType{}, "time_zone": types.StringType}
}
