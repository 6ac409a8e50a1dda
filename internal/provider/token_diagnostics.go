// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/datacenter"
)

// defaultTokenLimit is how many tokens Jira and Confluence allow each user unless
// administrators say otherwise.
const defaultTokenLimit = 10

// tokensNotListed says that the tokens could not be listed.
func tokensNotListed(instance *datacenter.Instance, err error) diag.Diagnostics {
	explanation := instance.Explain(err)
	return errorAt(path.Root("instance"), fmt.Sprintf("Tokens of %q not listed: %s", instance.Name(), briefly(err)),
		explanation.Cause, fmt.Sprintf("Nothing was changed on the instance %q.", instance.Name()), explanation.Remedy)
}

// tokenDiagnosis puts into words what a change of tokens met.
type tokenDiagnosis struct {
	instance *datacenter.Instance
	change   datacenter.TokenChange
	report   datacenter.TokenReport
}

// ofCreation says what a creation met. Once a token may exist it is no error:
// Terraform would replace the object and forget what is open.
func (d tokenDiagnosis) ofCreation(err error) diag.Diagnostics {
	diags := d.ofChange(err)
	if d.report.UnsettledAt.IsZero() {
		return diags
	}
	warnings := make(diag.Diagnostics, 0, len(diags))
	for _, said := range diags {
		warnings.AddAttributeWarning(path.Root("instance"), said.Summary(), said.Detail())
	}
	return warnings
}

// ofChange says what a change met, of which err is the outcome.
func (d tokenDiagnosis) ofChange(err error) diag.Diagnostics {
	var diags diag.Diagnostics
	if len(d.report.Warnings) > 0 {
		diags.Append(warningAt(path.Root("instance"), fmt.Sprintf("Unexpected while changing the tokens of %q", d.instance.Name()), d.report.Warnings...)...)
	}
	diags.Append(d.warnOfShortLife()...)
	if d.report.Unrevoked != nil {
		diags.Append(d.unrevoked()...)
	}
	if failure, ok := errors.AsType[*datacenter.TokenError](err); ok {
		diags.Append(d.failed(failure)...)
	}
	return diags
}

// warnOfShortLife tells of an instance that grants another life than was asked
// for.
func (d tokenDiagnosis) warnOfShortLife() diag.Diagnostics {
	if !d.report.Made() || !d.report.Created.ExpiryTold || d.change.Create == nil {
		return nil
	}
	asked, granted := "for ever", "for ever"
	days := 0
	if d.change.Create.Days > 0 {
		asked = fmt.Sprintf("%d days", d.change.Create.Days)
	}
	if expiry := d.report.Created.ExpiresAt; !expiry.IsZero() {
		made := d.report.Created.CreatedAt
		if made.IsZero() {
			made = d.report.CreatedAt
		}
		days = int(math.Round(expiry.Sub(made).Hours() / 24))
		granted = fmt.Sprintf("%d days", days)
	}
	if days == d.change.Create.Days {
		return nil
	}
	return warningAt(path.Root("expires_in"), fmt.Sprintf("The instance %q grants its token another life than asked for", d.instance.Name()),
		fmt.Sprintf("It was asked for a token that works %s, and granted one that works %s.", asked, granted),
		"expires_at is what counts. Set expires_in to what administrators allow, and rotation_interval to less.")
}

// unrevoked says that the superseded token may still work. The next plan
// announces its revocation again.
func (d tokenDiagnosis) unrevoked() diag.Diagnostics {
	explanation := d.instance.Explain(d.report.Unrevoked)
	return warningAt(path.Root("revoke_previous_after"), fmt.Sprintf("Superseded token %s of %q not revoked: %s", d.change.Retire, d.instance.Name(), briefly(d.report.Unrevoked)),
		explanation.Cause, "The new token works and is saved. The superseded one may still work as well: the next apply revokes it.", explanation.Remedy)
}

func (d tokenDiagnosis) failed(failure *datacenter.TokenError) diag.Diagnostics {
	explanation := d.instance.Explain(failure.Err)
	return errorAt(path.Root("instance"), d.summary(failure)+": "+briefly(failure.Err),
		explanation.Cause, fmt.Sprintf("The provider failed to %s of the instance %q.", failure.Step, d.instance.Name()), d.outcome(failure), d.count(failure), explanation.Remedy)
}

func (d tokenDiagnosis) summary(failure *datacenter.TokenError) string {
	switch {
	case d.change.Create == nil:
		return fmt.Sprintf("Token %s of %q not revoked", strings.Join(d.unrevokedLeftovers(), ", "), d.instance.Name())
	case failure.Unsettled:
		return fmt.Sprintf("Outcome of the request for a token of %q unknown", d.instance.Name())
	default:
		return fmt.Sprintf("Token of %q not made", d.instance.Name())
	}
}

// unrevokedLeftovers returns the IDs of the tokens that were superseded earlier and
// are left.
func (d tokenDiagnosis) unrevokedLeftovers() []string {
	return slices.DeleteFunc(slices.Clone(d.change.Leftovers), func(id string) bool { return slices.Contains(d.report.Revoked, id) })
}

// outcome says what was and was not changed.
func (d tokenDiagnosis) outcome(failure *datacenter.TokenError) string {
	var said []string
	if len(d.report.Revoked) > 0 {
		said = append(said, "These tokens were revoked: "+strings.Join(d.report.Revoked, ", ")+".")
	}
	switch {
	case !d.report.UnsettledAt.IsZero():
		said = append(said, fmt.Sprintf("A token was asked for at %s: if it was made, its secret is lost, and the next apply revokes it and makes another one.", inWords(d.report.UnsettledAt)))
	case failure.Unsettled:
		said = append(said, "Whether it was revoked is not known; to revoke it again does no harm.")
	case len(said) == 0:
		said = append(said, "Nothing was changed.")
	default:
		said = append(said, "Nothing else was changed.")
	}
	if d.change.Create != nil && d.change.Retire != "" {
		said = append(said, "The present token goes on working.")
	}
	return strings.Join(said, " ")
}

// count says how many tokens there were where another one was refused.
func (d tokenDiagnosis) count(failure *datacenter.TokenError) string {
	if failure.Step != datacenter.TokenCreate || failure.Unsettled {
		return ""
	}
	return fmt.Sprintf("%d tokens were listed before; a rotation needs room for one more, and %d is the default limit of Jira and Confluence.", len(d.report.Listed), defaultTokenLimit)
}

// tokenNotChanged says that a token could not be changed in place.
func tokenNotChanged(instance *datacenter.Instance, state *tokenModel, err error) diag.Diagnostics {
	explanation := instance.Explain(err)
	return errorAt(path.Root("permissions"), fmt.Sprintf("Token %s of %q not changed: %s", state.present(), instance.Name(), briefly(err)),
		explanation.Cause, "Its name and its permissions are the former ones, unless the answer was lost: the next refresh shows the permissions. To change it again does no harm.", explanation.Remedy)
}

// destructionDiagnostics says what the destruction of a resource met: it has to
// be tried again where a token may still work.
func destructionDiagnostics(instance *datacenter.Instance, change datacenter.TokenChange, report datacenter.TokenReport, err error) diag.Diagnostics {
	var diags diag.Diagnostics
	id := change.Retire
	if err == nil {
		err = report.Unrevoked
	} else if left := (tokenDiagnosis{instance, change, report}).unrevokedLeftovers(); len(left) > 0 {
		id = left[0]
	}
	if err == nil {
		return nil
	}
	explanation := instance.Explain(err)
	diags.Append(errorAt(path.Root("instance"), fmt.Sprintf("Token %s of %q not revoked: %s", id, instance.Name(), briefly(err)),
		explanation.Cause, fmt.Sprintf("The token %s of the instance %q may still work, and stays in state.", id, instance.Name()),
		"Destroy again: what is gone already is no error then.", explanation.Remedy)...)
	return diags
}
