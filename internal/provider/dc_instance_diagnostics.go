// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/datacenter"
)

// descriptionError says that an instance could not be described.
func descriptionError(instance *datacenter.Instance, err error) diag.Diagnostics {
	explanation := instance.Explain(err)
	return errorAt(path.Root("instance"), fmt.Sprintf("Instance %q not described: %s", instance.Name(), briefly(err)),
		explanation.Cause, "Nothing was changed on the instance.", explanation.Remedy)
}

// warnOfUntold says what the instance failed to tell, in one warning.
func warnOfUntold(instance *datacenter.Instance, warnings []string) diag.Diagnostics {
	if len(warnings) == 0 {
		return nil
	}
	return warningAt(path.Root("instance"), fmt.Sprintf("Instance %q described in part", instance.Name()), warnings...)
}

// judgeState reports an instance that does not run: an error where that is
// required, and a warning where nothing answers, which may be a wrong URL.
func (m *dcInstanceModel) judgeState(instance *datacenter.Instance, told datacenter.Description) diag.Diagnostics {
	var diags diag.Diagnostics
	if told.State == datacenter.Running {
		return diags
	}
	detail := stateDetail(instance, told)
	switch {
	case m.RequireRunning.ValueBool():
		diags.AddAttributeError(path.Root("require_running"), fmt.Sprintf("Instance %q not running", instance.Name()), detail)
	case told.State == datacenter.Unreachable:
		diags.AddAttributeWarning(path.Root("instance"), fmt.Sprintf("Instance %q not reachable", instance.Name()), detail)
	}
	return diags
}

func stateDetail(instance *datacenter.Instance, told datacenter.Description) string {
	switch told.State {
	case datacenter.Unreachable:
		explanation := instance.Explain(told.StateError)
		return strings.Join([]string{explanation.Cause, "Nothing was changed on the instance.", explanation.Remedy}, " ")
	case "":
		return "The instance does not tell its state to these credentials, so that nobody knows whether it runs. Leave require_running out."
	default:
		return fmt.Sprintf("Its state is %s. Nothing was changed on the instance. Apply again when it is running, or leave require_running out to take its state as a result.", told.State)
	}
}
