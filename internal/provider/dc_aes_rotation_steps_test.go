// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/terraform"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const (
	aesRotationType = "atlassian_dc_aes_rotation"

	aesRotation address = "atlassian_dc_aes_rotation.test"

	rotatePath   = "/rest/secrets/1.0/keys/rotate"
	inactivePath = "/rest/secrets/1.0/keys/inactive"

	listInactive   = http.MethodGet + " " + inactivePath
	rotateKey      = http.MethodPost + " " + rotatePath
	deleteInactive = http.MethodDelete + " " + inactivePath
)

// newJira starts an estate with one instance, jira, which has one inactive key,
// old-key.
func newJira(t *testing.T) (*acctest.Estate, *simulator.Instance) {
	t.Helper()
	return newInstance(t, simulator.InstanceConfig{Product: simulator.Jira, Token: "jira-token", InactiveKeys: []string{"old-key"}})
}

// newInstance starts an estate with one instance, which is called jira whatever
// its product.
func newInstance(t *testing.T, config simulator.InstanceConfig) (*acctest.Estate, *simulator.Instance) {
	t.Helper()
	estate := acctest.NewEstate(t)
	config.Name = "jira"
	return estate, estate.AddInstance(config)
}

// aesRotationConfig returns a configuration with one rotation of jira and the
// given lines in it.
func aesRotationConfig(estate *acctest.Estate, lines string) string {
	return estate.ProviderBlock() + aesRotationBlock("test", "jira", lines)
}

func aesRotationBlock(name, instance, lines string) string {
	return fmt.Sprintf("resource \"atlassian_dc_aes_rotation\" %q {\n  instance = %q\n%s\n}\n", name, instance, lines)
}

// triggered returns rotate_triggers with one value.
func triggered(value string) string {
	return fmt.Sprintf("rotate_triggers = { release = %q }\n", value)
}

// aesConfig returns the configuration of a rotation of jira with the attributes of
// all parts.
func aesConfig(parts ...acctest.Object) acctest.Object {
	config := acctest.Object{"instance": "jira"}
	for _, part := range parts {
		maps.Copy(config, part)
	}
	return config
}

// release returns rotate_triggers with one value.
func release(version string) acctest.Object {
	return acctest.Object{"rotate_triggers": acctest.Object{"release": version}}
}

// weekly rotates every seven days.
func weekly() acctest.Object {
	return acctest.Object{"rotation_interval": "7d"}
}

// manageJira starts an estate with jira and creates a rotation of it.
func manageJira(t *testing.T, parts ...acctest.Object) (*acctest.Estate, *simulator.Instance, *acctest.ManagedResource) {
	t.Helper()
	estate, jira := newJira(t)
	rotation := estate.NewManagedResource(aesRotationType)
	rotation.Create(t, aesConfig(parts...))
	return estate, jira, rotation
}

// plan plans a change, which must not fail.
func plan(t *testing.T, resource *acctest.ManagedResource, config acctest.Object) *acctest.Plan {
	t.Helper()
	planned := resource.Plan(t, config)
	planned.Diagnostics.MustNotFail(t)
	return planned
}

// apply plans and applies a change, neither of which must fail, and returns what
// the apply said.
func apply(t *testing.T, resource *acctest.ManagedResource, config acctest.Object) acctest.Diagnostics {
	t.Helper()
	said := resource.Apply(t.Context(), t, plan(t, resource, config))
	said.MustNotFail(t)
	return said
}

// mustSettle fails the test unless the next plan is empty.
func mustSettle(t *testing.T, resource *acctest.ManagedResource, config acctest.Object) {
	t.Helper()
	resource.Plan(t, config).MustBeEmpty(t)
}

// run runs the steps with the provider in front of the estate.
func run(t *testing.T, estate *acctest.Estate, steps ...resource.TestStep) {
	t.Helper()
	resource.UnitTest(t, resource.TestCase{ProtoV6ProviderFactories: estate.ProviderFactories(), Steps: steps})
}

// sent checks that since the last reset of its log the instance has seen
// exactly these requests, in this order but for reads, which may go side by side.
func sent(instance *simulator.Instance, want ...string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		if got := requestsOf(instance); !slices.Equal(inRounds(got), inRounds(want)) {
			return fmt.Errorf("the instance has seen\n%q, want\n%q", got, want)
		}
		return nil
	}
}

// inRounds sorts the reads that follow each other.
func inRounds(requests []string) []string {
	sorted := slices.Clone(requests)
	for begin := 0; begin < len(sorted); begin++ {
		end := begin
		for end < len(sorted) && strings.HasPrefix(sorted[end], http.MethodGet) {
			end++
		}
		slices.Sort(sorted[begin:end])
		begin = end
	}
	return sorted
}

// rotated checks how many rotations the instance was sent in all, and that as
// many happened.
func rotated(instance *simulator.Instance, times int) resource.TestCheckFunc {
	return asked(instance, times, times)
}

// asked checks how many rotations the instance was sent since the last reset of
// its log, and how many were done in all.
func asked(instance *simulator.Instance, times, done int) resource.TestCheckFunc {
	return resource.ComposeTestCheckFunc(
		func(*terraform.State) error {
			return equal("rotations sent", instance.Count(http.MethodPost, rotatePath), times)
		},
		happened(instance, done),
	)
}

// happened checks how often the key of the instance was rotated in all.
func happened(instance *simulator.Instance, times int) resource.TestCheckFunc {
	return func(*terraform.State) error { return equal("rotations done", instance.Rotations(), times) }
}

func requestsOf(instance *simulator.Instance) []string {
	var requests []string
	for _, request := range instance.Requests() {
		requests = append(requests, request.Method+" "+request.Path)
	}
	return requests
}

// verify runs checks after the last step, which may be one that fails.
func verify(t *testing.T, checks ...resource.TestCheckFunc) {
	t.Helper()
	for _, check := range checks {
		if err := check(nil); err != nil {
			t.Error(err)
		}
	}
}

// says matches an error that holds the parts in this order, however the CLI
// breaks its lines.
func says(parts ...string) *regexp.Regexp {
	var patterns []string
	for _, part := range parts {
		words := strings.Fields(part)
		for i, word := range words {
			words[i] = regexp.QuoteMeta(word)
		}
		patterns = append(patterns, strings.Join(words, `[\s│]+`))
	}
	return regexp.MustCompile("(?s)" + strings.Join(patterns, ".*"))
}

// input sets the variable that [upstream] declares.
func input(value string) config.Variables {
	return config.Variables{"input": config.StringVariable(value)}
}

func equal(what string, got, want int) error {
	if got != want {
		return fmt.Errorf("%d %s, want %d", got, what, want)
	}
	return nil
}
