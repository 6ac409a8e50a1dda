// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/cloud"
	"github.com/keyrotation/terraform-provider-atlassian/internal/rotation"
)

// isSet reports whether value is neither null nor unknown.
func isSet(value attr.Value) bool {
	return !value.IsNull() && !value.IsUnknown()
}

// timestamp writes t in UTC, to the second.
func timestamp(t time.Time) timetypes.RFC3339 {
	return timetypes.NewRFC3339TimeValue(t.UTC().Truncate(time.Second))
}

// timestampOrNull writes a time of Atlassian Cloud; null where there is none
// that can be read.
func timestampOrNull(at cloud.Timestamp) timetypes.RFC3339 {
	if at.Time.IsZero() {
		return timetypes.NewRFC3339Null()
	}
	return timestamp(at.Time)
}

// timeOf returns the time that value holds; zero for null and unknown.
func timeOf(value timetypes.RFC3339) time.Time {
	if !isSet(value) {
		return time.Time{}
	}
	t, _ := value.ValueRFC3339Time()
	return t
}

// inWords writes t as errors and warnings do.
func inWords(t time.Time) string {
	return t.UTC().Format(time.RFC3339)
}

func stringOrNull(text string) types.String {
	if text == "" {
		return types.StringNull()
	}
	return types.StringValue(text)
}

func stringSet(texts []string) types.Set {
	elements := make([]attr.Value, 0, len(texts))
	for _, text := range slices.Compact(slices.Sorted(slices.Values(texts))) {
		elements = append(elements, types.StringValue(text))
	}
	return types.SetValueMust(types.StringType, elements)
}

func stringList(texts []string) types.List {
	elements := make([]attr.Value, 0, len(texts))
	for _, text := range texts {
		elements = append(elements, types.StringValue(text))
	}
	return types.ListValueMust(types.StringType, elements)
}

// knownTrue takes a flag for a change of what it stands for.
func knownTrue(value types.Bool) rotation.Change {
	switch {
	case value.IsUnknown():
		return rotation.ChangeUnknown
	case value.ValueBool():
		return rotation.Changed
	default:
		return rotation.Unchanged
	}
}

// texts returns the elements of a list or a set of strings that are neither null
// nor unknown. It never fails, as a conversion to Go strings does for those.
func texts(collection interface{ Elements() []attr.Value }) []string {
	elements := collection.Elements()
	values := make([]string, 0, len(elements))
	for _, element := range elements {
		if value, ok := element.(types.String); ok && isSet(value) {
			values = append(values, value.ValueString())
		}
	}
	return values
}

// textsByName is texts for a map.
func textsByName(collection types.Map) map[string]string {
	values := map[string]string{}
	for name, element := range collection.Elements() {
		if value, ok := element.(types.String); ok && isSet(value) {
			values[name] = value.ValueString()
		}
	}
	return values
}

// orTrue returns value, and true where it is null.
func orTrue(value types.Bool) bool {
	return value.IsNull() || value.ValueBool()
}
