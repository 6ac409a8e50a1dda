// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"github.com/hashicorp/terraform-plugin-testing/tfjsonpath"
)

// address is where a configuration has a resource.
type address string

// has checks an attribute in state.
func (a address) has(attribute string, value knownvalue.Check) statecheck.StateCheck {
	return statecheck.ExpectKnownValue(string(a), tfjsonpath.New(attribute), value)
}

// hasText checks a string attribute in state.
func (a address) hasText(attribute, value string) statecheck.StateCheck {
	return a.has(attribute, knownvalue.StringExact(value))
}

// hasNull checks that attributes are null in state.
func (a address) hasNull(attributes ...string) []statecheck.StateCheck {
	checks := make([]statecheck.StateCheck, 0, len(attributes))
	for _, attribute := range attributes {
		checks = append(checks, a.has(attribute, knownvalue.Null()))
	}
	return checks
}

// plans checks what the plan of a step does before it is applied.
func (a address) plans(action plancheck.ResourceActionType, more ...plancheck.PlanCheck) resource.ConfigPlanChecks {
	return resource.ConfigPlanChecks{PreApply: append(more, plancheck.ExpectResourceAction(string(a), action))}
}

// rotates checks that the plan rotates: when is left open until apply.
func (a address) rotates() plancheck.PlanCheck {
	return plancheck.ExpectUnknownValue(string(a), tfjsonpath.New("last_rotated_at"))
}

// keeps checks that the plan has an attribute with that value.
func (a address) keeps(attribute string, value knownvalue.Check) plancheck.PlanCheck {
	return plancheck.ExpectKnownValue(string(a), tfjsonpath.New(attribute), value)
}

// shows checks a value in state as plugin-testing flattens it, for steps that
// take no state checks.
func (a address) shows(attribute, value string) resource.TestCheckFunc {
	return resource.TestCheckResourceAttr(string(a), attribute, value)
}
