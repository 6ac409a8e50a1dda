package provider

import (
	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

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
