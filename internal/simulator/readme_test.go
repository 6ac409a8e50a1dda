// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

func TestREADME_explainsEveryGuess(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, guesses := range []any{simulator.Guesses{}, simulator.TokenGuesses{}, simulator.CloudGuesses{}} {
		for _, name := range fieldsOf(guesses) {
			if !strings.Contains(string(text), "`"+name+"`") {
				t.Errorf("the table lacks %s", name)
			}
		}
	}
}

// A switch that is gone leaves no line behind.
func TestREADME_explainsNoSwitchThatIsNone(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	tables := strings.Split(string(text), "### Strict forms and guesses")
	if len(tables) != 3 {
		t.Fatalf("there are %d tables, want one for Data Center and one for Cloud", len(tables)-1)
	}
	mustBeFields(t, namesInColumn(tables[1], 1), fieldsOf(simulator.Guesses{}, simulator.TokenGuesses{}, simulator.AuditEvent{}))
	mustBeFields(t, namesInColumn(tables[2], 4), fieldsOf(simulator.CloudGuesses{}, simulator.Paging{}, simulator.CloudRateLimit{}, simulator.OrganizationConfig{}))
}

// fieldsOf returns the names of the fields of structs.
func fieldsOf(structs ...any) []string {
	var names []string
	for _, value := range structs {
		for _, field := range reflect.VisibleFields(reflect.TypeOf(value)) {
			names = append(names, field.Name)
		}
	}
	return names
}

// namesInColumn returns what is set as code in a column of the first table of a
// text, without what stands before a dot.
func namesInColumn(text string, column int) []string {
	code := regexp.MustCompile("`(?:[A-Za-z]*[.])?([A-Za-z0-9]+)`")
	var names []string
	for line := range strings.Lines(text) {
		cells := strings.Split(line, "|")
		if strings.HasPrefix(line, "##") {
			break
		}
		if len(cells) <= column {
			continue
		}
		for _, found := range code.FindAllStringSubmatch(cells[column], -1) {
			names = append(names, found[1])
		}
	}
	return names
}

func mustBeFields(t *testing.T, names, fields []string) {
	t.Helper()
	if len(names) == 0 {
		t.Error("the table names no switch")
	}
	for _, name := range names {
		if !slices.Contains(fields, name) {
			t.Errorf("the table explains %s, which is no switch", name)
		}
	}
}
