// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"regexp"
	"strings"
	"time"

	datasource "github.com/hashicorp/terraform-plugin-framework/datasource/schema"
	list "github.com/hashicorp/terraform-plugin-framework/list/schema"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/cloud"
)

// stringFilter is an optional attribute that narrows down what a data source or
// a list resource returns.
type stringFilter struct {
	description string
	customType  basetypes.StringTypable
	validators  []validator.String
}

func (f stringFilter) dataSourceAttribute() datasource.StringAttribute {
	return datasource.StringAttribute{Optional: true, CustomType: f.customType, Validators: f.validators, MarkdownDescription: f.description}
}

func (f stringFilter) listAttribute() list.StringAttribute {
	return list.StringAttribute{Optional: true, CustomType: f.customType, Validators: f.validators, MarkdownDescription: f.description}
}

// labelFilter narrows down by label. things names what is listed.
func labelFilter(things string) stringFilter {
	return stringFilter{
		description: "Only " + things + " whose label matches this regular expression (RE2), such as `\"^ci-\"`. It need not match the whole label.",
		validators:  []validator.String{regularExpression{}},
	}
}

// nameFilter narrows down by name. things begins what it says of them.
func nameFilter(things string) stringFilter {
	return stringFilter{
		description: "Only " + things + " matches this regular expression (RE2), such as `\"^ci-\"`. It need not match the whole name. Default: all.",
		validators:  []validator.String{regularExpression{}},
	}
}

func durationFilter(description string) stringFilter {
	return stringFilter{description: description, customType: durationType{}}
}

// conditions are what an entry T has to meet to get through a set of filters.
type conditions[T any] []func(T) bool

func (c conditions[T]) met(entry T) bool {
	for _, holds := range c {
		if !holds(entry) {
			return false
		}
	}
	return true
}

// of returns the entries that meet all conditions.
func (c conditions[T]) of(entries []T) []T {
	var through []T
	for _, entry := range entries {
		if c.met(entry) {
			through = append(through, entry)
		}
	}
	return through
}

// where adds a condition if the filter that it stands for is set.
func (c *conditions[T]) where(filter interface{ IsNull() bool }, holds func(T) bool) {
	if !filter.IsNull() {
		*c = append(*c, holds)
	}
}

// matcher returns whether a text matches the expression of a filter, which
// validation has compiled before; every text where it is not set.
func matcher(expression types.String) func(text string) bool {
	if !isSet(expression) {
		return func(string) bool { return true }
	}
	return regexp.MustCompile(expression.ValueString()).MatchString
}

// sameText compares e-mail addresses and other words without regard to case.
func sameText(filter types.String, text string) bool {
	return strings.EqualFold(filter.ValueString(), text)
}

// expiresWithin reports whether something that works at now expires before the
// window has passed, or when nobody can tell.
func expiresWithin(expiry cloud.Timestamp, now time.Time, window durationValue) bool {
	return expiry.Unreadable() || expiry.Time.After(now) && !expiry.Time.After(now.Add(window.duration()))
}

// longAgo reports whether at lies at least age before now; never where it is not
// known.
func longAgo(at, now time.Time, age durationValue) bool {
	return !at.IsZero() && !at.After(now.Add(-age.duration()))
}
