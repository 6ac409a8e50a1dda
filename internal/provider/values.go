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

// stringsOf returns the texts of a list of strings, without those that are null
// or unknown.
func stringsOf(list types.List) []string {
	texts := make([]string, 0, len(list.Elements()))
	for _, element := range list.Elements() {
		if text, ok := element.(types.String); ok && isSet(text) {
			texts = append(texts, text.ValueString())
		}
	}
	return texts
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
