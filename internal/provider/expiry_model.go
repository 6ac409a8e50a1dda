// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringdefault"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// defaultWarnBeforeExpiry is what warn_before_expiry is where nobody sets it.
const defaultWarnBeforeExpiry = "14d"

// expiryModel holds the attributes of what expires and is watched for it.
type expiryModel struct {
	WarnBeforeExpiry durationValue     `tfsdk:"warn_before_expiry"`
	FailBeforeExpiry durationValue     `tfsdk:"fail_before_expiry"`
	ExpiresAt        timetypes.RFC3339 `tfsdk:"expires_at"`
	ExpiresSoon      types.Bool        `tfsdk:"expires_soon"`
	ExpiryCritical   types.Bool        `tfsdk:"expiry_critical"`
}

// importedExpiry is what an import knows of anything that expires.
func importedExpiry() expiryModel {
	return expiryModel{
		WarnBeforeExpiry: durationValue{types.StringValue(defaultWarnBeforeExpiry)},
		FailBeforeExpiry: durationValue{types.StringNull()},
	}
}

// judge sets what depends on how long the thing still works. Alarming is true
// where it does not work, or nobody can tell until when.
func (m *expiryModel) judge(alarming bool, now time.Time) {
	m.ExpiresSoon = types.BoolValue(m.within(m.WarnBeforeExpiry, alarming, now))
	m.ExpiryCritical = types.BoolValue(m.within(m.FailBeforeExpiry, alarming, now))
}

// within reports whether the thing expires within the window; never where the
// window is not set. An alarm includes what it cannot judge.
func (m *expiryModel) within(window durationValue, alarming bool, now time.Time) bool {
	expiry := timeOf(m.ExpiresAt)
	return isSet(window) && (alarming || !expiry.IsZero() && !now.Before(expiry.Add(-window.duration())))
}

// sameWindows reports whether m judges the expiry as other does.
func (m *expiryModel) sameWindows(other *expiryModel) bool {
	return m.WarnBeforeExpiry.sameAs(other.WarnBeforeExpiry) && m.FailBeforeExpiry.sameAs(other.FailBeforeExpiry)
}

// planJudgement leaves open in a plan what the next judgement says.
func (m *expiryModel) planJudgement() {
	m.ExpiresSoon, m.ExpiryCritical = types.BoolUnknown(), types.BoolUnknown()
}

// expiryAttributes are the attributes of an [expiryModel] but for expires_at.
// thing names what expires, such as "the key".
func expiryAttributes(thing string) map[string]schema.Attribute {
	warnBefore := durationAttribute(
		"Refresh warns, and sets `expires_soon`, when "+thing+" expires within this long, such as `\"30d\"` (units `w`, `d`, `h`, `m`, `s`). Default: `\""+defaultWarnBeforeExpiry+"\"`.",
		durationAtLeast(0))
	warnBefore.Computed = true
	warnBefore.Default = stringdefault.StaticString(defaultWarnBeforeExpiry)
	return map[string]schema.Attribute{
		"warn_before_expiry": warnBefore,
		"fail_before_expiry": durationAttribute(
			"Plans fail, rather than warn, when "+thing+" expires within this long, until another one takes its place. A refresh that finds it so sets `expiry_critical`, and the plan after it fails. "+
				"Default: plans never fail because of the expiry.",
			durationAtLeast(0)),
		"expires_soon":    computedBool("Whether " + thing + " expires within `warn_before_expiry`, or has expired. Set by refresh, so that `terraform plan -refresh-only` shows it too."),
		"expiry_critical": computedBool("Whether " + thing + " expires within `fail_before_expiry`, or has expired. Set by refresh. `false` without `fail_before_expiry`."),
	}
}
