// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"maps"
	"reflect"
	"slices"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// guess is a switch of the simulator, turned from what is most plausible to
// another behavior that Atlassian's pages allow as well.
type guess[Config any] struct {
	// turn turns one switch of what is simulated, and changes nothing else.
	turn func(*Config)
	// holds fails the test unless users see what they should, where the simulator
	// behaves so.
	holds func(t *testing.T, turn func(*Config))
}

// dataCenterSwitches and cloudSwitches are the fields of both configurations
// that the simulator's README lists as switches.
func dataCenterSwitches() []string {
	return []string{"Guesses"}
}

func cloudSwitches() []string {
	return []string{"Guesses", "Paging", "RateLimit", "EventActions", "UnlimitedEvents"}
}

func TestGuesses_ofDataCenterAreHeldByTheProvider(t *testing.T) {
	t.Parallel()
	mustHoldGuesses(t, dataCenterGuesses())
}

func TestGuesses_ofCloudAreHeldByTheProvider(t *testing.T) {
	t.Parallel()
	mustHoldGuesses(t, cloudGuesses())
}

func mustHoldGuesses[Config any](t *testing.T, guesses map[string]guess[Config]) {
	t.Helper()
	for name, guessed := range guesses {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			turned := false
			guessed.holds(t, func(config *Config) {
				turned = true
				guessed.turn(config)
			})
			if !turned {
				t.Error("nothing was simulated with the switch turned")
			}
		})
	}
}

// A switch that nobody turns in front of the provider tells its users nothing.
func TestGuesses_everySwitchIsTurnedInFrontOfTheProvider(t *testing.T) {
	t.Parallel()
	mustTurnEvery(t, dataCenterGuesses(), dataCenterSwitches())
	mustTurnEvery(t, cloudGuesses(), cloudSwitches())
}

// mustTurnEvery fails the test unless each of the guesses turns one switch, and
// all of them together every one.
func mustTurnEvery[Config any](t *testing.T, guesses map[string]guess[Config], fields []string) {
	t.Helper()
	var fresh Config
	var left []string
	for _, field := range fields {
		left = append(left, switchesIn(t, reflect.ValueOf(fresh), field)...)
	}
	all := slices.Clone(left)
	for _, name := range slices.Sorted(maps.Keys(guesses)) {
		var config Config
		guesses[name].turn(&config)
		turned := turnedIn("", reflect.ValueOf(config))
		if len(turned) != 1 || !slices.Contains(all, turned[0]) {
			t.Errorf("%s: it turns %q, want one switch", name, turned)
		}
		left = slices.DeleteFunc(left, func(path string) bool { return slices.Contains(turned, path) })
	}
	for _, path := range left {
		t.Errorf("%T: no guess turns %s: add one, or remove the switch and its line in the simulator's README", fresh, path)
	}
}

// switchesIn returns the paths of the switches in a field of a configuration.
func switchesIn(t *testing.T, config reflect.Value, field string) []string {
	t.Helper()
	value := config.FieldByName(field)
	if !value.IsValid() {
		t.Fatalf("%s has no field %s any more", config.Type(), field)
	}
	var paths []string
	eachLeaf(field, value, func(path string, _ reflect.Value) { paths = append(paths, path) })
	return paths
}

// turnedIn returns the paths of what is not as it is by default.
func turnedIn(path string, value reflect.Value) []string {
	var turned []string
	eachLeaf(path, value, func(path string, leaf reflect.Value) {
		if !leaf.IsZero() {
			turned = append(turned, path)
		}
	})
	return turned
}

// eachLeaf visits all that is no struct in a struct.
func eachLeaf(path string, value reflect.Value, visit func(path string, leaf reflect.Value)) {
	if value.Kind() != reflect.Struct {
		visit(path, value)
		return
	}
	for n := range value.NumField() {
		inner := value.Type().Field(n).Name
		if path != "" {
			inner = path + "." + inner
		}
		eachLeaf(inner, value.Field(n), visit)
	}
}

// dataCenterGuesses are those about instances.
func dataCenterGuesses() map[string]guess[simulator.InstanceConfig] {
	return united(aesKeyGuesses(), accessGuesses(), auditGuesses(), deliveryGuesses(), tokenGuesses(), otherTokenGuesses())
}

// cloudGuesses are those about organizations.
func cloudGuesses() map[string]guess[simulator.OrganizationConfig] {
	return united(revocationGuesses(), tunnelGuesses(), listGuesses())
}

func united[Config any](parts ...map[string]guess[Config]) map[string]guess[Config] {
	all := map[string]guess[Config]{}
	for _, part := range parts {
		maps.Copy(all, part)
	}
	return all
}
