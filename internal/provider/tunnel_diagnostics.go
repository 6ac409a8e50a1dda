// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/cloud"
	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/tunnel"
)

// Codes that a 404 of the Organizations API carries:
// https://developer.atlassian.com/cloud/admin/organization/rest/intro/.
const (
	unknownResource     = "ADMIN-404-1"
	unknownOrganization = "ADMIN-404-2"
)

// tunnelDiagnosis puts into words what a change of a security key met.
type tunnelDiagnosis struct {
	change tunnel.Change
	report tunnel.Report
}

// ofUpdate says what the change met, of which err is the outcome.
func (d tunnelDiagnosis) ofUpdate(err error) diag.Diagnostics {
	return append(d.warnings("The next plan shows another rotation, which settles it: apply it in a quarter of an hour or later."), d.failure(err)...)
}

// failure says which step failed and what that means; nothing where none did.
func (d tunnelDiagnosis) failure(err error) diag.Diagnostics {
	failure, ok := errors.AsType[*tunnel.Error](err)
	if !ok {
		return nil
	}
	switch failure.Step {
	case tunnel.StepDeliver:
		return d.undelivered(failure)
	case tunnel.StepRegenerate:
		return d.notRegenerated(failure)
	case tunnel.StepCheck:
		return d.notReady(path.Root("instance"), d.change.Instance.Explain(failure.Err), failure.Err)
	default:
		return d.notReady(path.Root("hostname"), cloud.Explain(failure.Err), failure.Err)
	}
}

// ofCreation is ofUpdate for a creation. Where a regeneration is open, whatever
// came after it, nothing is more than a warning: Terraform would replace what was
// created with an error, and the replacement would know nothing of the open one.
func (d tunnelDiagnosis) ofCreation(err error) diag.Diagnostics {
	diags := d.ofUpdate(err)
	if d.report.AttemptedAt.IsZero() {
		return diags
	}
	warnings := make(diag.Diagnostics, 0, len(diags))
	for _, d := range diags {
		warnings.AddAttributeWarning(path.Root("hostname"), d.Summary(), d.Detail())
	}
	return warnings
}

// warnings says what was unexpected. Settle says what to do about a token that an
// earlier request may supersede.
func (d tunnelDiagnosis) warnings(settle string) diag.Diagnostics {
	var diags diag.Diagnostics
	if len(d.report.Warnings) > 0 {
		diags.Append(warningAt(path.Root("instance"), fmt.Sprintf("Unexpected while rotating the token of the tunnel %q", d.change.Hostname), d.report.Warnings...)...)
	}
	if !d.report.RegeneratedAt.IsZero() && !d.report.AttemptedAt.IsZero() {
		diags.Append(warningAt(path.Root("hostname"), fmt.Sprintf("Token of the tunnel %q may be superseded", d.change.Hostname),
			fmt.Sprintf("A request was sent at %s that nobody saw the end of. If it is still carried out, it supersedes the token made since, and the tunnel is down.", inWords(d.report.AttemptedAt)),
			settle)...)
	}
	return diags
}

func (d tunnelDiagnosis) notReady(at path.Path, explanation transport.Explanation, err error) diag.Diagnostics {
	what := "regenerated"
	if !d.change.Regenerate {
		what = "delivered"
	}
	return errorAt(at, fmt.Sprintf("Token of the tunnel %q not %s: %s", d.change.Hostname, what, briefly(err)),
		explanation.Cause, "Nothing was changed, in Atlassian Cloud or on the instance: the tunnel is as it was.", explanation.Remedy)
}

func (d tunnelDiagnosis) notRegenerated(failure *tunnel.Error) diag.Diagnostics {
	explanation := cloud.Explain(failure.Err)
	if failure.Unsettled {
		return errorAt(path.Root("hostname"), fmt.Sprintf("Outcome of the regeneration of the token of the tunnel %q unknown: %s", d.change.Hostname, briefly(failure.Err)),
			explanation.Cause,
			fmt.Sprintf("A new token was asked for at %s and never arrived; if Atlassian Cloud made one, the tunnel is down until it gets another.", inWords(d.report.AttemptedAt)),
			"The next apply regenerates the token again, which supersedes this one.", explanation.Remedy)
	}
	at, what := d.culprit(failure.Err)
	return errorAt(at, fmt.Sprintf("Token of the tunnel %q not regenerated: %s", d.change.Hostname, briefly(failure.Err)),
		explanation.Cause, what, "Nothing was changed: the tunnel is as it was.", explanation.Remedy)
}

// culprit returns the attribute that a refusal by Cloud is about, and what to
// say about it.
func (d tunnelDiagnosis) culprit(err error) (path.Path, string) {
	failure, ok := errors.AsType[*transport.Error](err)
	if !ok {
		return path.Root("hostname"), ""
	}
	switch failure.Status {
	case http.StatusUnauthorized:
		return path.Root("organization_id"), ""
	case http.StatusForbidden:
		return path.Root("organization_id"), fmt.Sprintf("Regenerating a tunnel token takes an API key of the organization %q itself, "+
			"made by an organization admin and without scopes: Atlassian documents no scope for it.", d.change.Organization.ID())
	case http.StatusNotFound:
		return d.missing(failure.ServerStatus)
	default:
		return path.Root("hostname"), ""
	}
}

// missing says what a 404 with a code is about.
func (d tunnelDiagnosis) missing(code string) (path.Path, string) {
	const where = "see Application tunnels > Actions > View application link URL"
	organization := d.change.Organization.ID()
	switch code {
	case unknownOrganization:
		return path.Root("organization_id"), fmt.Sprintf("There is no organization %q that this API key can see.", organization)
	case unknownResource:
		return path.Root("hostname"), fmt.Sprintf("The organization %q has no such tunnel: %s.", organization, where)
	default:
		return path.Root("hostname"), fmt.Sprintf("Either the organization %q or the tunnel does not exist: %s.", organization, where)
	}
}

// undelivered says what a delivery met. One whose outcome is open says so: the
// instance may well have the token.
func (d tunnelDiagnosis) undelivered(failure *tunnel.Error) diag.Diagnostics {
	explanation := d.change.Instance.Explain(failure.Err)
	what, has := deliveryWords(failure)
	if d.report.RegeneratedAt.IsZero() {
		return errorAt(path.Root("instance"), fmt.Sprintf("Stored token of the tunnel %q %s the instance %q: %s", d.change.Hostname, what, d.change.Instance.Name(), briefly(failure.Err)),
			explanation.Cause, fmt.Sprintf("The instance %q %s. The token stays in state.", d.change.Instance.Name(), has), "The next apply delivers it again.", explanation.Remedy)
	}
	return errorAt(path.Root("instance"), fmt.Sprintf("New token of the tunnel %q %s the instance %q: %s", d.change.Hostname, what, d.change.Instance.Name(), briefly(failure.Err)),
		explanation.Cause,
		fmt.Sprintf("The token was regenerated in Atlassian Cloud, and the instance %q %s.", d.change.Instance.Name(), has),
		"The next apply repairs it: it delivers the token where it is stored, and regenerates it where it is not.", explanation.Remedy)
}

// ofInvocation says what an action met. Where the new key is lost, no later
// apply knows of it: only another invocation helps.
func (d tunnelDiagnosis) ofInvocation(err error) diag.Diagnostics {
	diags := d.warnings("Invoke the action again in a quarter of an hour or later.")
	failure, ok := errors.AsType[*tunnel.Error](err)
	if !ok || failure.Step != tunnel.StepDeliver && !failure.Unsettled {
		return append(diags, d.failure(err)...)
	}
	at, explanation := path.Root("hostname"), cloud.Explain(failure.Err)
	if failure.Step == tunnel.StepDeliver {
		at, explanation = path.Root("instance"), d.change.Instance.Explain(failure.Err)
	}
	return append(diags, d.lostKey(at, failure, explanation)...)
}

func (d tunnelDiagnosis) lostKey(at path.Path, failure *tunnel.Error, explanation transport.Explanation) diag.Diagnostics {
	const again = "Invoke the action again: it regenerates the key, which supersedes this one, and delivers it."
	if d.report.RegeneratedAt.IsZero() {
		return errorAt(at, fmt.Sprintf("Outcome of the regeneration of the token of the tunnel %q unknown: %s", d.change.Hostname, briefly(failure.Err)),
			explanation.Cause, "A new key was asked for and never arrived; if Atlassian Cloud made one, the tunnel is down until it gets another.", explanation.Remedy, again)
	}
	what, has := deliveryWords(failure)
	return errorAt(at, fmt.Sprintf("New token of the tunnel %q %s the instance %q: %s", d.change.Hostname, what, d.change.Instance.Name(), briefly(failure.Err)),
		explanation.Cause, fmt.Sprintf("The key was regenerated in Atlassian Cloud, and the instance %q %s.", d.change.Instance.Name(), has), explanation.Remedy, again)
}

// deliveryWords says what became of a delivery, and what the instance has of the
// token.
func deliveryWords(failure *tunnel.Error) (what, has string) {
	if failure.Unsettled {
		return "perhaps not delivered to", "may have it or not: as long as it has not, the tunnel is down"
	}
	return "not delivered to", "does not have it: the tunnel is down and waiting for its token"
}
