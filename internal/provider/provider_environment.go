// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"os"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/types"
)

// environment is where environment variables come from.
type environment struct {
	// lookup returns the value of one variable.
	lookup func(name string) (value string, ok bool)
	// names lists the variables that are set.
	names func() []string
}

// processEnvironment is the environment of this process.
func processEnvironment() environment {
	return environment{lookup: os.LookupEnv, names: processVariables}
}

func processVariables() []string {
	lines := os.Environ()
	names := make([]string, 0, len(lines))
	for _, line := range lines {
		name, _, _ := strings.Cut(line, "=")
		names = append(names, name)
	}
	return names
}

// fill returns value, or what the variable holds where value is null. Empty
// text counts as not set, in both.
func (e environment) fill(value types.String, variable string) types.String {
	if value = textOrNull(value); !value.IsNull() {
		return value
	}
	text, _ := e.lookup(variable)
	return stringOrNull(text)
}

// textOrNull returns value, and null for empty text.
func textOrNull(value types.String) types.String {
	if isSet(value) {
		return stringOrNull(value.ValueString())
	}
	return value
}

const (
	defaultInstancePrefix = "ATLASSIAN_DC_"
	instancePrefixBegin   = "ATLASSIAN_INSTANCE_"
	urlVariable           = "URL"
)

// instancePrefix returns what the environment variables of the instance called
// name start with.
func instancePrefix(name string) string {
	return instancePrefixBegin + strings.Map(variableCharacter, strings.ToUpper(name)) + "_"
}

func variableCharacter(r rune) rune {
	if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
		return r
	}
	return '_'
}

// instanceNames returns the names, in lower case and sorted, of the instances
// that have a URL in the environment.
func (e environment) instanceNames() []string {
	var names []string
	for _, variable := range e.names() {
		middle, isURL := strings.CutSuffix(variable, "_"+urlVariable)
		middle, isInstance := strings.CutPrefix(middle, instancePrefixBegin)
		name := strings.ToLower(middle)
		if !isURL || !isInstance || name == "" || instancePrefix(name)+urlVariable != variable {
			continue
		}
		if text, _ := e.lookup(variable); text != "" {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
