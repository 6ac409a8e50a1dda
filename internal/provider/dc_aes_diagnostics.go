// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"errors"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/datacenter"
)

// listingError says that the inactive keys could not be listed.
func listingError(instance *datacenter.Instance, err error) diag.Diagnostics {
	explanation := instance.Explain(err)
	return errorAt(path.Root("instance"), fmt.Sprintf("Inactive AES keys of %q not listed: %s", instance.Name(), briefly(err)),
		explanation.Cause, fmt.Sprintf("Nothing was changed on the instance %q.", instance.Name()), explanation.Remedy)
}

// unread says that an instance could not be read and that its state is kept.
func unread(name string, cause ...string) diag.Diagnostics {
	return warningAt(path.Root("instance"), fmt.Sprintf("Instance %q not read", name),
		append(cause, fmt.Sprintf("The state of the instance %q is kept as it is and judged by the clock. An apply that has to change its keys will fail for it alone.", name))...)
}

// creationDiagnostics says what a creation met. What fails once a rotation was
// sent is a warning: Terraform would replace an object whose creation failed,
// and a replacement rotates. The state shows what is open, and the next apply
// sees to it.
func creationDiagnostics(instance *datacenter.Instance, report datacenter.AESKeyReport, err error) diag.Diagnostics {
	diags := changeDiagnostics(instance, report, err)
	if !report.Sent() {
		return diags
	}
	warnings := make(diag.Diagnostics, 0, len(diags))
	for _, d := range diags {
		warnings.AddAttributeWarning(path.Root("instance"), d.Summary(), d.Detail())
	}
	return warnings
}

// changeDiagnostics says what a change of the keys met, in one warning at most.
func changeDiagnostics(instance *datacenter.Instance, report datacenter.AESKeyReport, err error) diag.Diagnostics {
	var diags diag.Diagnostics
	if len(report.Warnings) > 0 {
		diags.Append(warningAt(path.Root("instance"), fmt.Sprintf("Unexpected while changing the AES keys of %q", instance.Name()), report.Warnings...)...)
	}
	if failure, ok := errors.AsType[*datacenter.StepError](err); ok {
		diags.Append(changeError(instance, report, failure)...)
	}
	return diags
}

func changeError(instance *datacenter.Instance, report datacenter.AESKeyReport, failure *datacenter.StepError) diag.Diagnostics {
	explanation := instance.Explain(failure.Err)
	if failure.Step == datacenter.StepRotate && failure.Unsettled {
		return errorAt(path.Root("instance"), fmt.Sprintf("Outcome of the AES key rotation of %q unknown: %s", instance.Name(), briefly(failure.Err)),
			explanation.Cause,
			fmt.Sprintf("The rotation of the instance %q was sent at %s, and the inactive keys listed since do not show it: it has not happened, or it still may.", instance.Name(), inWords(report.UnsettledAt)),
			"Run plan or apply again: a refresh that finds it to have happened counts it as this rotation, and only otherwise another one is sent.",
			explanation.Remedy)
	}
	return errorAt(path.Root("instance"), fmt.Sprintf(whatFailed(failure), instance.Name())+": "+briefly(failure.Err),
		explanation.Cause, fmt.Sprintf("On the instance %q the provider failed to %s. %s", instance.Name(), failure.Step, remoteState(report, failure)), explanation.Remedy)
}

// whatFailed returns what has not come about, to begin an error with.
func whatFailed(failure *datacenter.StepError) string {
	deletes := failure.Step == datacenter.StepDelete
	switch {
	case deletes && failure.Unsettled:
		return "Outcome of the deletion of inactive AES keys of %q unknown"
	case deletes, failure.Aim == datacenter.StepDelete:
		return "Inactive AES keys of %q not deleted"
	case failure.Aim == datacenter.StepLook:
		return "Inactive AES keys of %q not listed"
	default:
		return "AES key of %q not rotated"
	}
}

// deletionDiagnostics says what a destruction met, and how to do without the
// deletion that failed.
func deletionDiagnostics(instance *datacenter.Instance, report datacenter.AESKeyReport, err error) diag.Diagnostics {
	diags := changeDiagnostics(instance, report, err)
	for i, found := range diags {
		if found.Severity() == diag.SeverityError {
			diags[i] = diag.NewAttributeErrorDiagnostic(pathOf(found), found.Summary(), joinSentences([]string{found.Detail(),
				"The resource stays in state, and the next destroy tries again. To forget the instance without deleting its keys, apply delete_inactive_keys_on_destroy = false first, with -refresh=false where the instance cannot be read."}))
		}
	}
	return diags
}

// leftUndeleted says that an instance cannot be told to delete its keys because it
// left the provider block.
func leftUndeleted(name string, cause string) diag.Diagnostics {
	return warningAt(path.Root("instance"), fmt.Sprintf("Inactive AES keys of %q kept", name),
		cause, "Its inactive AES keys were not deleted, and the resource is forgotten.")
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
