// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"cmp"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	"github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/cloud"
)

// Statuses of a user API token, in lower case as queries write them.
const (
	userAPITokenAllowed = "allowed"
	userAPITokenBlocked = "blocked"
)

// userAPITokenFilterModel narrows down a list of user API tokens.
type userAPITokenFilterModel struct {
	LabelRegex    types.String      `tfsdk:"label_regex"`
	Status        types.String      `tfsdk:"status"`
	CreatedBefore timetypes.RFC3339 `tfsdk:"created_before"`
	UnusedFor     durationValue     `tfsdk:"unused_for"`
	ExpiresWithin durationValue     `tfsdk:"expires_within"`
	UserEmail     types.String      `tfsdk:"user_email"`
}

func userAPITokenFilterAttributes() map[string]schema.Attribute {
	// What the User management API does not tell cannot narrow down its list.
	ofOrganization := stringvalidator.ConflictsWith(path.MatchRoot("account_id"))
	attributes := map[string]schema.Attribute{}
	for name, filter := range map[string]stringFilter{
		"label_regex": labelFilter("tokens"),
		"status": {
			description: "Only tokens that an administrator's policies let through (`allowed`) or do not (`blocked`). Not with `account_id`, where Atlassian does not tell it. Default: both.",
			validators:  []validator.String{stringvalidator.OneOf(userAPITokenAllowed, userAPITokenBlocked), ofOrganization},
		},
		"created_before": {
			description: "Only tokens created before this time (RFC 3339), such as `\"2026-01-05T08:00:00Z\"`.",
			customType:  timetypes.RFC3339Type{},
		},
		"unused_for": durationFilter("Only tokens that nobody used for this long, such as `\"90d\"` (units `w`, `d`, `h`, `m`, `s`). A token that was never used counts from its creation. " +
			"Left out is a token whose last use Atlassian gives in a form that cannot be read."),
		"expires_within": durationFilter("Only tokens that expire within this long from now, such as `\"30d\"`. What has expired already is left out."),
		"user_email": {
			description: "Only tokens of the account with this e-mail address, in upper or lower case. Not with `account_id`, where Atlassian does not tell it.",
			validators:  []validator.String{ofOrganization},
		},
	} {
		attributes[name] = filter.dataSourceAttribute()
	}
	return attributes
}

// apply returns the tokens that get through the filters as of now, those that
// expire first at the beginning.
func (m userAPITokenFilterModel) apply(tokens []cloud.UserAPIToken, now time.Time) []cloud.UserAPIToken {
	var wanted conditions[cloud.UserAPIToken]
	matches := matcher(m.LabelRegex)
	wanted.where(m.LabelRegex, func(t cloud.UserAPIToken) bool { return matches(t.Label) })
	wanted.where(m.Status, func(t cloud.UserAPIToken) bool { return sameText(m.Status, t.Status) })
	wanted.where(m.CreatedBefore, func(t cloud.UserAPIToken) bool {
		return !t.CreatedAt.Time.IsZero() && t.CreatedAt.Time.Before(timeOf(m.CreatedBefore))
	})
	wanted.where(m.UnusedFor, func(t cloud.UserAPIToken) bool {
		return longAgo(cloud.UnusedSince(t.LastActiveAt, t.CreatedAt), now, m.UnusedFor)
	})
	wanted.where(m.ExpiresWithin, func(t cloud.UserAPIToken) bool { return expiresWithin(t.ExpiresAt, now, m.ExpiresWithin) })
	wanted.where(m.UserEmail, func(t cloud.UserAPIToken) bool { return sameText(m.UserEmail, t.User.Email) })
	through := wanted.of(tokens)
	slices.SortStableFunc(through, func(a, b cloud.UserAPIToken) int {
		return cmp.Or(compareExpiry(a.ExpiresAt, b.ExpiresAt), cmp.Compare(a.Label, b.Label), cmp.Compare(a.ID, b.ID))
	})
	return through
}
