// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"slices"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/cloud"
)

// filterNow is the time that the filters judge by.
func filterNow() time.Time {
	return time.Date(2026, time.January, 5, 8, 0, 0, 0, time.UTC)
}

func daysFromNow(days int) cloud.Timestamp {
	return cloud.Timestamp{Time: filterNow().AddDate(0, 0, days), Given: true}
}

func length(text string) durationValue {
	return durationValue{basetypes.NewStringValue(text)}
}

func TestAPIKeyFilter_narrowsDownAndSortsByExpiry(t *testing.T) {
	t.Parallel()
	keys := []cloud.APIKey{
		{ID: "eternal", Label: "b"},
		{ID: "odd", Label: "a", ExpiresAt: cloud.Timestamp{Given: true}, LastActiveAt: cloud.Timestamp{Given: true}, CreatedAt: daysFromNow(-100)},
		{ID: "later", Label: "ci-later", ExpiresAt: daysFromNow(60), CreatedAt: daysFromNow(-100), LastActiveAt: daysFromNow(-1), Scopes: []string{"x", "y"}},
		{ID: "soon", Label: "ci-soon", ExpiresAt: daysFromNow(10), CreatedAt: daysFromNow(-50), CreatedBy: cloud.User{Email: "Ann@Example.com"}},
		{ID: "revoked", Label: "ci-revoked", ExpiresAt: daysFromNow(5), RevokedAt: daysFromNow(-1), Scopes: []string{"y"}},
		{ID: "expired", Label: "old", ExpiresAt: daysFromNow(-1), CreatedAt: daysFromNow(-90), LastActiveAt: daysFromNow(-30)},
	}
	scopes := func(names ...string) types.List {
		elements := make([]attr.Value, 0, len(names))
		for _, name := range names {
			elements = append(elements, types.StringValue(name))
		}
		return types.ListValueMust(types.StringType, elements)
	}
	for name, test := range map[string]struct {
		filter apiKeyFilterModel
		want   []string
	}{
		"none":                        {apiKeyFilterModel{}, []string{"expired", "revoked", "soon", "later", "odd", "eternal"}},
		"label_regex":                 {apiKeyFilterModel{LabelRegex: types.StringValue("^ci-")}, []string{"revoked", "soon", "later"}},
		"label_regex finds nothing":   {apiKeyFilterModel{LabelRegex: types.StringValue("^$")}, nil},
		"active":                      {apiKeyFilterModel{Status: types.StringValue("active")}, []string{"soon", "later", "odd", "eternal"}},
		"expired":                     {apiKeyFilterModel{Status: types.StringValue("expired")}, []string{"expired"}},
		"revoked":                     {apiKeyFilterModel{Status: types.StringValue("revoked")}, []string{"revoked"}},
		"expires_within":              {apiKeyFilterModel{ExpiresWithin: length("10d")}, []string{"soon", "odd"}},
		"expires_within, a bit less":  {apiKeyFilterModel{ExpiresWithin: length("239h")}, []string{"odd"}},
		"unused_for":                  {apiKeyFilterModel{UnusedFor: length("30d")}, []string{"expired", "soon"}},
		"unused_for, a bit more":      {apiKeyFilterModel{UnusedFor: length("50d1s")}, nil},
		"unused_for, creation counts": {apiKeyFilterModel{UnusedFor: length("50d")}, []string{"soon"}},
		"scopes_include":              {apiKeyFilterModel{ScopesInclude: scopes("y")}, []string{"revoked", "later"}},
		"scopes_include both":         {apiKeyFilterModel{ScopesInclude: scopes("y", "x")}, []string{"later"}},
		"created_by_email":            {apiKeyFilterModel{CreatedByEmail: types.StringValue("ann@example.com")}, []string{"soon"}},
		"all together":                {apiKeyFilterModel{LabelRegex: types.StringValue("later"), Status: types.StringValue("revoked")}, nil},
	} {
		var got []string
		for _, key := range test.filter.apply(keys, filterNow()) {
			got = append(got, key.ID)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
	if keys[0].ID != "eternal" {
		t.Error("the shared list was changed")
	}
}

func TestUserAPITokenFilter_narrowsDown(t *testing.T) {
	t.Parallel()
	tokens := []cloud.UserAPIToken{
		{ID: "fresh", Label: "cli", Status: "ALLOWED", CreatedAt: daysFromNow(-1), ExpiresAt: daysFromNow(300), User: cloud.User{Email: "ann@example.com"}},
		{ID: "stale", Label: "script", Status: "BLOCKED", CreatedAt: daysFromNow(-200), ExpiresAt: daysFromNow(20), LastActiveAt: daysFromNow(-120)},
		{ID: "unknown", Label: "odd", CreatedAt: cloud.Timestamp{Given: true}, ExpiresAt: daysFromNow(-3)},
	}
	for name, test := range map[string]struct {
		filter userAPITokenFilterModel
		want   []string
	}{
		"none":           {userAPITokenFilterModel{}, []string{"unknown", "stale", "fresh"}},
		"label_regex":    {userAPITokenFilterModel{LabelRegex: types.StringValue("cli|script")}, []string{"stale", "fresh"}},
		"status":         {userAPITokenFilterModel{Status: types.StringValue("blocked")}, []string{"stale"}},
		"created_before": {userAPITokenFilterModel{CreatedBefore: timetypes.NewRFC3339TimeValue(filterNow().AddDate(0, 0, -1))}, []string{"stale"}},
		"unused_for":     {userAPITokenFilterModel{UnusedFor: length("120d")}, []string{"stale"}},
		"expires_within": {userAPITokenFilterModel{ExpiresWithin: length("20d")}, []string{"stale"}},
		"user_email":     {userAPITokenFilterModel{UserEmail: types.StringValue("ANN@example.com")}, []string{"fresh"}},
	} {
		var got []string
		for _, token := range test.filter.apply(tokens, filterNow()) {
			got = append(got, token.ID)
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}
