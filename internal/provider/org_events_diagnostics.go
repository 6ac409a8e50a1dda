// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/cloud"
	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
)

// eventsError says why the audit log of an organization could not be read.
func eventsError(organization *cloud.Organization, err error) diag.Diagnostics {
	var diags diag.Diagnostics
	if unknown, ok := errors.AsType[*cloud.UnknownActionError](err); ok {
		diags.AddAttributeError(path.Root("action"), fmt.Sprintf("Unknown action %q", unknown.Name), similarActions(organization, unknown))
		return diags
	}
	explanation := cloud.Explain(err)
	at, remedy := path.Root("organization_id"), explanation.Remedy
	if failure, ok := errors.AsType[*transport.Error](err); ok && failure.Status == http.StatusNotFound {
		remedy = fmt.Sprintf("Check organization_id: this API key sees no organization %q.", organization.ID())
	}
	diags.AddAttributeError(at, fmt.Sprintf("Audit log of the organization %q not read: %s", organization.ID(), briefly(err)),
		strings.Join([]string{explanation.Cause, "Nothing was changed.", remedy}, " "))
	return diags
}

func similarActions(organization *cloud.Organization, unknown *cloud.UnknownActionError) string {
	said := fmt.Sprintf("The audit log of the organization %q has no action with this ID or display name.", organization.ID())
	if len(unknown.Similar) == 0 {
		return said + " None comes close. Leave action out to see which there are."
	}
	quoted := make([]string, 0, len(unknown.Similar))
	for _, name := range unknown.Similar {
		quoted = append(quoted, fmt.Sprintf("%q", name))
	}
	return said + " These come close: " + strings.Join(quoted, ", ") + "."
}
