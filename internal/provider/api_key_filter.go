// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"cmp"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-validators/stringvalidator"
	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	list "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/cloud"
)

// apiKeyFilterModel narrows down a list of API keys. Atlassian's own filters are
// not used: their values are documented in part only, and the whole list is
// shared by the run.
type apiKeyFilterModel struct {
	LabelRegex     types.String  `tfsdk:"label_regex"`
	Status         types.String  `tfsdk:"status"`
	ExpiresWithin  durationValue `tfsdk:"expires_within"`
	UnusedFor      durationValue `tfsdk:"unused_for"`
	ScopesInclude  types.List    `tfsdk:"scopes_include"`
	CreatedByEmail types.String  `tfsdk:"created_by_email"`
}

const scopesIncludeDescription = "Only API keys that have all of these scopes, such as `[\"delete:keys:admin\"]`. A key without scopes may do everything, but lists no scope and is left out."

// apiKeyFilters are the filters of a list of API keys with the given states,
// apart from scopes_include.
func apiKeyFilters(statusDescription string, states ...string) map[string]stringFilter {
	return map[string]stringFilter{
		"label_regex": labelFilter("API keys"),
		"status": {
			description: statusDescription,
			validators:  []validator.String{stringvalidator.OneOf(states...)},
		},
		"expires_within": durationFilter("Only active API keys that expire within this long from now, such as `\"30d\"` (units `w`, `d`, `h`, `m`, `s`). What has expired already is left out: see `status`. " +
			"A key whose expiry Atlassian gives in a form that cannot be read is included."),
		"unused_for": durationFilter("Only API keys that nobody used for this long, such as `\"90d\"`. A key that was never used counts from its creation. " +
			"Left out is a key whose last use Atlassian gives in a form that cannot be read."),
		"created_by_email": {description: "Only API keys that the account with this e-mail address created, in upper or lower case."},
	}
}

func apiKeyFilterDataSourceAttributes() map[string]datasource.Attribute {
	attributes := map[string]datasource.Attribute{
		"scopes_include": datasource.ListAttribute{ElementType: types.StringType, Optional: true, MarkdownDescription: scopesIncludeDescription},
	}
	filters := apiKeyFilters("Only API keys that are `active`, `expired` or `revoked`. Default: all that Atlassian lists.",
		cloud.APIKeyActive, cloud.APIKeyExpired, cloud.APIKeyRevoked)
	for name, filter := range filters {
		attributes[name] = filter.dataSourceAttribute()
	}
	return attributes
}

func apiKeyFilterListAttributes() map[string]list.Attribute {
	attributes := map[string]list.Attribute{
		"scopes_include": list.ListAttribute{ElementType: types.StringType, Optional: true, MarkdownDescription: scopesIncludeDescription},
	}
	filters := apiKeyFilters("Only API keys that are `active` or `expired`. Default: both. Revoked keys cannot be imported and are never listed.",
		cloud.APIKeyActive, cloud.APIKeyExpired)
	for name, filter := range filters {
		attributes[name] = filter.listAttribute()
	}
	return attributes
}

// apply returns the keys that get through the filters as of now, those that
// expire first at the beginning and those without a known expiry at the end.
func (m apiKeyFilterModel) apply(keys []cloud.APIKey, now time.Time) []cloud.APIKey {
	var wanted conditions[cloud.APIKey]
	matches := matcher(m.LabelRegex)
	wanted.where(m.LabelRegex, func(k cloud.APIKey) bool { return matches(k.Label) })
	wanted.where(m.Status, func(k cloud.APIKey) bool { return k.Status(now) == m.Status.ValueString() })
	wanted.where(m.ExpiresWithin, func(k cloud.APIKey) bool { return !k.Revoked() && expiresWithin(k.ExpiresAt, now, m.ExpiresWithin) })
	wanted.where(m.UnusedFor, func(k cloud.APIKey) bool {
		return longAgo(cloud.UnusedSince(k.LastActiveAt, k.CreatedAt), now, m.UnusedFor)
	})
	wanted.where(m.ScopesInclude, func(k cloud.APIKey) bool { return includesAll(k.Scopes, m.ScopesInclude) })
	wanted.where(m.CreatedByEmail, func(k cloud.APIKey) bool { return sameText(m.CreatedByEmail, k.CreatedBy.Email) })
	through := wanted.of(keys)
	slices.SortStableFunc(through, func(a, b cloud.APIKey) int {
		return cmp.Or(compareExpiry(a.ExpiresAt, b.ExpiresAt), cmp.Compare(a.Label, b.Label), cmp.Compare(a.ID, b.ID))
	})
	return through
}

// compareExpiry puts what expires first before the rest, and what is not known
// to expire at the end.
func compareExpiry(a, b cloud.Timestamp) int {
	switch {
	case a.Time.IsZero() && b.Time.IsZero():
		return 0
	case a.Time.IsZero():
		return 1
	case b.Time.IsZero():
		return -1
	default:
		return a.Time.Compare(b.Time)
	}
}

func includesAll(scopes []string, wanted types.List) bool {
	for _, element := range wanted.Elements() {
		scope, ok := element.(types.String)
		if !ok || !slices.Contains(scopes, scope.ValueString()) {
			return false
		}
	}
	return true
}
