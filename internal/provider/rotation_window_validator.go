// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"errors"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/keyrotation/terraform-provider-atlassian/internal/rotation"
)

var _ validator.Object = rotationWindowValidator{}

// rotationWindowValidator refuses a rotation_window that nobody can read or that
// never opens, and warns of one that a pipeline may miss again and again. A part
// that is not known yet is not judged.
type rotationWindowValidator struct{}

func (rotationWindowValidator) Description(context.Context) string {
	return "schedule is a cron line of five fields that comes, duration at least 1h, time_zone an IANA name"
}

func (v rotationWindowValidator) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (v rotationWindowValidator) ValidateObject(ctx context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse) {
	if req.ConfigValue.IsNull() || req.ConfigValue.IsUnknown() {
		return
	}
	parts := req.ConfigValue.Attributes()
	duration, known := windowDuration(ctx, parts["duration"])
	_, err := rotation.NewWindow(
		windowPart(ctx, parts["schedule"], "* * * * *"),
		duration,
		windowPart(ctx, parts["time_zone"], "UTC"))
	for _, refused := range windowErrors(err) {
		resp.Diagnostics.Append(errorAt(req.Path.AtName(refused.Part), "rotation_window cannot be used",
			refused.Error()+".")...)
	}
	if known && !resp.Diagnostics.HasError() {
		v.warnOfMissedWindows(ctx, req, resp, duration)
	}
}

// warnOfMissedWindows takes early_rotation_window for the period of the pipeline
// that applies: so it is documented.
func (rotationWindowValidator) warnOfMissedWindows(ctx context.Context, req validator.ObjectRequest, resp *validator.ObjectResponse, duration time.Duration) {
	var early durationValue
	resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root("early_rotation_window"), &early)...)
	if resp.Diagnostics.HasError() || !isSet(early) || early.duration() <= duration {
		return
	}
	resp.Diagnostics.Append(warningAt(req.Path.AtName("duration"), "rotation_window shorter than early_rotation_window",
		"A pipeline that runs only every "+early.ValueString()+" may miss a window of "+rotation.FormatDuration(duration)+
			", and each rotation that misses its window waits for the next one.",
		"Let the window stay open longer, or run the pipeline while it is open and let early_rotation_window be no longer than the window.")...)
}

// windowErrors takes apart what [rotation.NewWindow] returned.
func windowErrors(err error) []*rotation.WindowError {
	var all []*rotation.WindowError
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return nil
	}
	for _, err := range joined.Unwrap() {
		var refused *rotation.WindowError
		if errors.As(err, &refused) {
			all = append(all, refused)
		}
	}
	return all
}

// windowPart returns the text of part, or instead where there is none yet.
func windowPart(ctx context.Context, part attr.Value, instead string) string {
	text, ok := windowText(ctx, part)
	if !ok {
		return instead
	}
	return text
}

// windowDuration returns how long part is. What is not known yet, or reported as
// unreadable by its own type, is long enough.
func windowDuration(ctx context.Context, part attr.Value) (length time.Duration, known bool) {
	text, ok := windowText(ctx, part)
	length, err := rotation.ParseDuration(text)
	if !ok || err != nil {
		return time.Hour, false
	}
	return length, true
}

func windowText(ctx context.Context, part attr.Value) (string, bool) {
	text, ok := part.(basetypes.StringValuable)
	if !ok {
		return "", false
	}
	value, diags := text.ToStringValue(ctx)
	return value.ValueString(), !diags.HasError() && isSet(value)
}
