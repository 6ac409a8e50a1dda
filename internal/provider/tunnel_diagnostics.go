package provider

import (
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/cloud"
	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
)

// Codes that a 404 of the Organizations API carries:
// https://developer.atlassian.com/cloud/admin/organization/rest/intro/.
const (
	unknownResource     = "ADMIN-404-1"
	unknownOrganization = "ADMIN-404-2"
)

// diagnose says what the change c met.
func (c tunnelChange) diagnose(report tunnelReport, err error) diag.Diagnostics {
	var diags diag.Diagnostics
	for _, warning := range report.warnings {
		diags.AddAttributeWarning(path.Root("instance"), "Tunnel and instance do not match", warning)
	}
	failure, ok := errors.AsType[*tunnelError](err)
	if !ok {
		return diags
	}
	switch failure.step {
	case tunnelStepDeliver:
		diags.Append(c.undelivered(report, failure)...)
	case tunnelStepRegenerate:
		diags.Append(c.notRegenerated(report, failure)...)
	case tunnelStepCheck:
		diags.Append(c.notReady(path.Root("instance"), c.instance.Explain(failure.err))...)
	case tunnelStepQueue:
		diags.Append(c.notReady(path.Root("hostname"), cloud.Explain(failure.err))...)
	}
	return diags
}

func (c tunnelChange) notReady(at path.Path, explanation transport.Explanation) diag.Diagnostics {
	return errorAt(at, fmt.Sprintf("Token of the tunnel %q not regenerated", c.hostname),
		explanation.Cause, "Nothing was changed, in Atlassian Cloud or on the instance: the tunnel keeps its token.", explanation.Remedy)
}

func (c tunnelChange) notRegenerated(report tunnelReport, failure *tunnelError) diag.Diagnostics {
	explanation := cloud.Explain(failure.err)
	if failure.unsettled {
		return errorAt(path.Root("hostname"), fmt.Sprintf("Outcome of the regeneration of the token of the tunnel %q unknown", c.hostname),
			explanation.Cause,
			fmt.Sprintf("A new token was asked for at %s and never arrived; if Atlassian Cloud made one, the tunnel is down until it gets another.", report.attemptedAt.UTC().Format(time.RFC3339)),
			"The next apply regenerates the token again, which supersedes this one, and delivers it.", explanation.Remedy)
	}
	at, what := c.culprit(failure.err)
	return errorAt(at, fmt.Sprintf("Token of the tunnel %q not regenerated", c.hostname),
		explanation.Cause, what, "Nothing was changed: the tunnel keeps its token.", explanation.Remedy)
}

// culprit returns the attribute that a refusal by Cloud is about, and what to
// say about it.
func (c tunnelChange) culprit(err error) (path.Path, string) {
	failure, ok := errors.AsType[*transport.Error](err)
	if !ok {
		return path.Root("hostname"), ""
	}
	switch failure.Status {
	case http.StatusUnauthorized:
		return path.Root("organization_id"), ""
	case http.StatusForbidden:
		return path.Root("organization_id"), fmt.Sprintf("Regenerating a tunnel token takes an API key of the organization %q itself, "+
			"made by an organization admin and without scopes: Atlassian documents no scope for it.", c.organization.ID())
	case http.StatusNotFound:
		return c.missing(failure.ServerStatus)
	default:
		return path.Root("hostname"), ""
	}
}

// missing says what a 404 with a code is about.
func (c tunnelChange) missing(code string) (path.Path, string) {
	const where = "see Application tunnels > Actions > View application link URL"
	switch code {
	case unknownOrganization:
		return path.Root("organization_id"), fmt.Sprintf("There is no organization %q that this API key can see.", c.organization.ID())
	case unknownResource:
		return path.Root("hostname"), fmt.Sprintf("The organization %q has no such tunnel: %s.", c.organization.ID(), where)
	default:
		return path.Root("hostname"), fmt.Sprintf("Either the organization %q or the tunnel does not exist: %s.", c.organization.ID(), where)
	}
}

func (c tunnelChange) undelivered(report tunnelReport, failure *tunnelError) diag.Diagnostics {
	explanation := c.instance.Explain(failure.err)
	if report.regeneratedAt.IsZero() {
		return errorAt(path.Root("instance"), fmt.Sprintf("Stored token of the tunnel %q not delivered to the instance %q", c.hostname, c.instance.Name()),
			explanation.Cause, "The instance does not have the token, which stays in state. The next apply delivers it again.", explanation.Remedy)
	}
	return errorAt(path.Root("instance"), fmt.Sprintf("New token of the tunnel %q not delivered to the instance %q", c.hostname, c.instance.Name()),
		explanation.Cause,
		"The token was regenerated in Atlassian Cloud, and the instance does not have it: the tunnel is down and waiting for its token.",
		"The next apply repairs it: it delivers the token where it is stored, and regenerates it where it is not.", explanation.Remedy)
}
