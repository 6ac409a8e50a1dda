package provider

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/datacenter"
)

// listingError says that the inactive keys could not be listed.
func listingError(instance *datacenter.Instance, err error) diag.Diagnostics {
	explanation := instance.Explain(err)
	return errorAt(path.Root("instance"), fmt.Sprintf("Inactive AES keys of the instance %q not listed", instance.Name()),
		explanation.Cause, "Nothing was changed on the instance.", explanation.Remedy)
}

// creationDiagnostics says what a creation met. What fails after the rotation
// is a warning: Terraform would replace an object whose creation failed, and a
// replacement rotates. The state shows it as due, and the next apply repairs it.
func creationDiagnostics(instance *datacenter.Instance, report datacenter.AESKeyReport, err error) diag.Diagnostics {
	diags := updateDiagnostics(instance, report, err)
	if report.RotatedAt.IsZero() {
		return diags
	}
	warnings := make(diag.Diagnostics, 0, len(diags))
	for _, d := range diags {
		warnings.AddAttributeWarning(path.Root("instance"), d.Summary(), d.Detail())
	}
	return warnings
}

// updateDiagnostics says what a change of the keys met.
func updateDiagnostics(instance *datacenter.Instance, report datacenter.AESKeyReport, err error) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, warning := range report.Warnings {
		diags.AddAttributeWarning(path.Root("instance"), "AES key change met the unexpected", fmt.Sprintf("Instance %q: %s", instance.Name(), warning))
	}
	var failure *datacenter.StepError
	if errors.As(err, &failure) {
		diags.Append(changeError(instance, report, failure)...)
	}
	return diags
}

func changeError(instance *datacenter.Instance, report datacenter.AESKeyReport, failure *datacenter.StepError) diag.Diagnostics {
	explanation := instance.Explain(failure.Err)
	if failure.Step == datacenter.StepRotate && failure.Unsettled {
		return errorAt(path.Root("instance"), fmt.Sprintf("Outcome of the AES key rotation of the instance %q unknown", instance.Name()),
			explanation.Cause,
			fmt.Sprintf("The rotation was sent at %s, and the inactive keys listed since do not show it: it has not happened, or it still may.", report.Unsettled.At.UTC().Format(time.RFC3339)),
			"Run plan or apply again: a refresh that finds it to have happened counts it as this rotation, and only otherwise another one is sent.",
			explanation.Remedy)
	}
	summary := fmt.Sprintf("AES key of the instance %q not rotated", instance.Name())
	if failure.Step == datacenter.StepDelete {
		summary = fmt.Sprintf("Inactive AES keys of the instance %q not deleted", instance.Name())
	}
	return errorAt(path.Root("instance"), summary, explanation.Cause, fmt.Sprintf("It failed to %s. %s", failure.Step, remoteState(report, failure)), explanation.Remedy)
}

// remoteState says what was and was not changed on the instance.
func remoteState(report datacenter.AESKeyReport, failure *datacenter.StepError) string {
	var done []string
	if len(report.Deleted) > 0 {
		done = append(done, "The inactive keys "+strings.Join(report.Deleted, ", ")+" were deleted.")
	}
	if !report.RotatedAt.IsZero() {
		done = append(done, "The AES key was rotated.")
	}
	switch {
	case failure.Unsettled:
		done = append(done, "Whether the inactive keys were deleted is not known; the next refresh shows it.")
	case len(done) == 0:
		done = append(done, "Nothing was changed on the instance.")
	default:
		done = append(done, "Nothing else was changed on the instance.")
	}
	return strings.Join(done, " ")
}
