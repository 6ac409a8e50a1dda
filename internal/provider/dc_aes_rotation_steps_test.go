package provider_test

import (
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/config"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/terraform"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const (
	aesRotation  = "atlassian_dc_aes_rotation.test"
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
	estate := acctest.NewEstate(t)
	jira := estate.AddInstance(simulator.InstanceConfig{
		Name: "jira", Product: simulator.Jira, Token: "jira-token", InactiveKeys: []string{"old-key"},
	})
	return estate, jira
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

// run runs the steps with the provider in front of the estate.
func run(t *testing.T, estate *acctest.Estate, steps ...resource.TestStep) {
	t.Helper()
	resource.UnitTest(t, resource.TestCase{ProtoV6ProviderFactories: estate.ProviderFactories(), Steps: steps})
}

// has checks an attribute of the rotation in state.
func has(attribute string, value knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(aesRotation, tfjsonpath.New(attribute), value)
}

// hasText checks a string attribute of the rotation in state.
func hasText(attribute, value string) statecheck.StateCheck {
	return has(attribute, knownvalue.StringExact(value))
}

func plans(action plancheck.ResourceActionType, more ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: append(more, plancheck.ExpectResourceAction(aesRotation, action))}
}

// plansRotation checks that the plan updates in place and leaves the time of the
// rotation open.
func plansRotation() resource.ConfigPlanChecks {
	return plans(plancheck.ResourceActionUpdate, plansUnknown("last_rotated_at"))
}

// plansQuietUpdate checks that the plan updates in place without a rotation.
func plansQuietUpdate(lastRotatedAt knownvalue.Check) resource.ConfigPlanChecks {
	return plans(plancheck.ResourceActionUpdate,
		plancheck.ExpectKnownValue(aesRotation, tfjsonpath.New("last_rotated_at"), lastRotatedAt))
}

func plansUnknown(attribute string) plancheck.PlanCheck {
	return plancheck.ExpectUnknownValue(aesRotation, tfjsonpath.New(attribute))
}

// sent checks that since the last reset of its log the instance has seen
// exactly these requests, in this order.
func sent(instance *simulator.Instance, want ...string) resource.TestCheckFunc {
	return func(*terraform.State) error {
		if got := requestsOf(instance); !slices.Equal(got, want) {
			return fmt.Errorf("the instance has seen\n%q, want\n%q", got, want)
		}
		return nil
	}
}

// rotated checks how many rotations the instance was sent in all, and that as
// many happened.
func rotated(instance *simulator.Instance, times int) resource.TestCheckFunc {
	return func(*terraform.State) error {
		if asked, done := instance.Count(http.MethodPost, rotatePath), instance.Rotations(); asked != times || done != times {
			return fmt.Errorf("%d rotations were sent and %d happened, want %d", asked, done, times)
		}
		return nil
	}
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

// says matches an error that holds words in this order, however the CLI breaks
// its lines.
func says(words ...string) *regexp.Regexp {
	var pattern []string
	for _, word := range strings.Fields(strings.Join(words, " ")) {
		pattern = append(pattern, regexp.QuoteMeta(word))
	}
	return regexp.MustCompile(strings.Join(pattern, `[\s│]+`))
}

func variable(name, value string) config.Variables {
	return config.Variables{name: config.StringVariable(value)}
}

func equal(what string, got, want int) error {
	if got != want {
		return fmt.Errorf("%d %s, want %d", got, what, want)
	}
	return nil
}
