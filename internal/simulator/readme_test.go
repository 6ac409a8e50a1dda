// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"os"
	"reflect"
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
		for _, field := range reflect.VisibleFields(reflect.TypeOf(guesses)) {
			if !strings.Contains(string(text), "`"+field.Name+"`") {
				t.Errorf("the table lacks %s", field.Name)
			}
		}
	}
}
