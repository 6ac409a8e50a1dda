package provider

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// environment looks an environment variable up.
type environment func(name string) (value string, ok bool)

// fill returns value, or what the variable holds where value is null. An empty
// variable counts as not set.
func (e environment) fill(value types.String, variable string) types.String {
	if !value.IsNull() {
		return value
	}
	if text, ok := e(variable); ok && text != "" {
		return types.StringValue(text)
	}
	return value
}

const defaultInstancePrefix = "ATLASSIAN_DC_"

// instancePrefix returns what the environment variables of the instance called
// name start with.
func instancePrefix(name string) string {
	return "ATLASSIAN_INSTANCE_" + strings.Map(variableCharacter, strings.ToUpper(name)) + "_"
}

func variableCharacter(r rune) rune {
	if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
		return r
	}
	return '_'
}
