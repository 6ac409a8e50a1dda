// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/tfsdk"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// notSet and notKnown stand for a value that is null or unknown.
const (
	notSet   = "(null)"
	notKnown = "(unknown)"
)

func TestRotationWindowValidator(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		schedule, duration, zone, early string
		// errors and warnings are the parts that they point at.
		errors, warnings []string
	}{
		"a window":                         {"0 2 * * SUN", "4h", "Europe/Berlin", notSet, nil, nil},
		"UTC by default":                   {"0 2 * * SUN", "4h", notSet, notSet, nil, nil},
		"never comes":                      {"0 0 31 2 *", "4h", "UTC", notSet, []string{"schedule"}, nil},
		"no cron line":                     {"@weekly", "4h", "UTC", notSet, []string{"schedule"}, nil},
		"empty schedule":                   {"", "4h", "UTC", notSet, []string{"schedule"}, nil},
		"too short":                        {"0 2 * * SUN", "59m", "UTC", notSet, []string{"duration"}, nil},
		"no such zone":                     {"0 2 * * SUN", "4h", "Europe/Bonn", notSet, []string{"time_zone"}, nil},
		"all at once":                      {"0 2 * *", "0s", "Nowhere", "1d", []string{"schedule", "duration", "time_zone"}, nil},
		"unreadable duration, by its type": {"0 2 * * SUN", "4 hours", "UTC", "1d", nil, nil},
		"unknown schedule":                 {notKnown, "4h", "UTC", notSet, nil, nil},
		"unknown duration":                 {"0 2 * * SUN", notKnown, "UTC", "1d", nil, nil},
		"unknown zone":                     {"0 2 * * SUN", "4h", notKnown, notSet, nil, nil},
		"unknown, but one part is wrong":   {notKnown, notKnown, "Nowhere", notKnown, []string{"time_zone"}, nil},
		"shorter than the period":          {"0 2 * * SUN", "4h", "UTC", "1d", nil, []string{"duration"}},
		"as long as the period":            {"0 2 * * SUN", "24h", "UTC", "1d", nil, nil},
		"unknown period":                   {"0 2 * * SUN", "4h", "UTC", notKnown, nil, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			window := map[string]tftypes.Value{
				"schedule":  windowTestValue(test.schedule),
				"duration":  windowTestValue(test.duration),
				"time_zone": windowTestValue(test.zone),
			}
			diags := validateRotationWindow(t, tftypes.NewValue(windowTestType(), window), windowTestValue(test.early))
			checkPointsAt(t, "errors", diags.Errors(), test.errors)
			checkPointsAt(t, "warnings", diags.Warnings(), test.warnings)
		})
	}
}

func TestRotationWindowValidator_leavesAWindowAloneThatIsNotThere(t *testing.T) {
	t.Parallel()
	for name, window := range map[string]tftypes.Value{
		"null":    tftypes.NewValue(windowTestType(), nil),
		"unknown": tftypes.NewValue(windowTestType(), tftypes.UnknownValue),
	} {
		if diags := validateRotationWindow(t, window, windowTestValue("1d")); len(diags) > 0 {
			t.Errorf("%s: %v", name, diags)
		}
	}
}

func checkPointsAt(t *testing.T, kind string, diags diag.Diagnostics, parts []string) {
	t.Helper()
	if len(diags) != len(parts) {
		t.Fatalf("%s %v, want one for each of %v", kind, diags, parts)
	}
	for i, part := range parts {
		want := path.Root("rotation_window").AtName(part)
		if got, ok := diags[i].(diag.DiagnosticWithPath); !ok || !got.Path().Equal(want) {
			t.Errorf("%s: %v, want %s at %s", kind, diags[i], kind, want)
		}
	}
}

func windowTestType() tftypes.Object {
	return tftypes.Object{AttributeTypes: map[string]tftypes.Type{
		"schedule": tftypes.String, "duration": tftypes.String, "time_zone": tftypes.String,
	}}
}

func windowTestValue(text string) tftypes.Value {
	switch text {
	case notSet:
		return tftypes.NewValue(tftypes.String, nil)
	case notKnown:
		return tftypes.NewValue(tftypes.String, tftypes.UnknownValue)
	default:
		return tftypes.NewValue(tftypes.String, text)
	}
}

func validateRotationWindow(t *testing.T, window, early tftypes.Value) diag.Diagnostics {
	t.Helper()
	config := tfsdk.Config{
		Schema: schema.Schema{Attributes: map[string]schema.Attribute{
			"early_rotation_window": durationAttribute(""),
			"rotation_window": schema.SingleNestedAttribute{Optional: true, Attributes: map[string]schema.Attribute{
				"schedule":  schema.StringAttribute{Required: true},
				"duration":  durationAttribute(""),
				"time_zone": schema.StringAttribute{Optional: true},
			}},
		}},
		Raw: tftypes.NewValue(
			tftypes.Object{AttributeTypes: map[string]tftypes.Type{"early_rotation_window": tftypes.String, "rotation_window": windowTestType()}},
			map[string]tftypes.Value{"early_rotation_window": early, "rotation_window": window}),
	}
	req := validator.ObjectRequest{Path: path.Root("rotation_window"), Config: config}
	var value types.Object
	if diags := config.GetAttribute(t.Context(), req.Path, &value); diags.HasError() {
		t.Fatal(diags)
	}
	req.ConfigValue = value
	var resp validator.ObjectResponse
	rotationWindowValidator{}.ValidateObject(t.Context(), req, &resp)
	return resp.Diagnostics
}
