// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// tunnelIdentity identifies a tunnel of an organization.
type tunnelIdentity struct {
	OrganizationID types.String `tfsdk:"organization_id"`
	Hostname       types.String `tfsdk:"hostname"`
}

// importedTunnel reads the import ID or the identity of the request.
func importedTunnel(ctx context.Context, req resource.ImportStateRequest) (tunnelIdentity, diag.Diagnostics) {
	var identity tunnelIdentity
	if req.ID == "" {
		diags := req.Identity.Get(ctx, &identity)
		return identity, diags
	}
	organization, hostname, found := strings.Cut(req.ID, "/")
	if !found || strings.HasSuffix(organization, ":") {
		// Without an organization; a URL has its first slash after the colon.
		return tunnelIdentity{Hostname: types.StringValue(req.ID)}, nil
	}
	return tunnelIdentity{OrganizationID: types.StringValue(organization), Hostname: types.StringValue(hostname)}, nil
}

// validate reports what an import cannot do without.
func (i tunnelIdentity) validate() diag.Diagnostics {
	var diags diag.Diagnostics
	switch {
	case i.OrganizationID.IsUnknown():
		diags.AddAttributeError(path.Root("organization_id"), "Organization not known yet",
			"organization_id of the provider block is not known before apply, and an import needs it earlier. Import organization_id/hostname.")
	case i.OrganizationID.ValueString() == "":
		diags.Append(missingOrganization()...)
	}
	if (tunnelHostnameValue{i.Hostname}).canonical() == "" {
		diags.AddAttributeError(path.Root("hostname"), "Not a tunnel",
			fmt.Sprintf("%q names no tunnel. Import organization_id/hostname or hostname, where hostname is the UUID of the tunnel.", i.Hostname.ValueString()))
	}
	return diags
}
