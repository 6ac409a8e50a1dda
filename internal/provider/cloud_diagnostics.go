// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"errors"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/cloud"
	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
)

// notListed says that things of an organization, such as API keys, could not be
// listed.
func notListed(things string, organization *cloud.Organization, err error) diag.Diagnostics {
	explanation := cloud.Explain(err)
	return errorAt(path.Root("organization_id"), fmt.Sprintf("%s of the organization %q not listed: %s", things, organization.ID(), briefly(err)),
		explanation.Cause, "Nothing was changed.", explanation.Remedy)
}

// mayHaveChanged reports whether a request that failed may have changed something
// all the same.
func mayHaveChanged(err error) bool {
	failure, ok := errors.AsType[*transport.Error](err)
	return ok && !failure.Unchanged()
}

// apiKeyNotRevoked says that a revocation failed or that its outcome is open.
func apiKeyNotRevoked(at path.Path, keyID string, err error) diag.Diagnostics {
	explanation := cloud.Explain(err)
	summary, outcome := fmt.Sprintf("API key %q not revoked", keyID), "The key still works."
	if mayHaveChanged(err) {
		summary, outcome = fmt.Sprintf("Revocation of the API key %q not confirmed", keyID), "Whether the key is revoked is not known; to revoke it again does no harm."
	}
	return errorAt(at, summary+": "+briefly(err), explanation.Cause, outcome, explanation.Remedy)
}

// ownKeyNotNamed warns that nothing keeps a revocation from taking the key that
// the provider works with.
func ownKeyNotNamed(at path.Path, keyID string) diag.Diagnostics {
	return warningAt(at, "The provider cannot tell its own API key",
		fmt.Sprintf("The API key %q is to be revoked, and api_key_id of the provider block is not set: if it is the key that this provider works with, this locks the configuration out.", keyID),
		"Set api_key_id, or the environment variable ATLASSIAN_API_KEY_ID, to the ID of the provider's own key, which is never revoked then.")
}

// ownKeyGuarded says that the provider will not revoke the key that it works with.
func ownKeyGuarded(at path.Path, keyID string) diag.Diagnostics {
	return errorAt(at, "The provider does not revoke its own API key",
		fmt.Sprintf("api_key_id of the provider block says that this provider works with the API key %q: revoking it would lock this configuration out.", keyID),
		"Nothing was changed.",
		"To rotate it, create a successor on the administration page, set it as api_key with its ID as api_key_id, and apply again: the old key can be revoked then.",
		"To destroy this resource and keep the key, apply revoke_on_destroy = false first.")
}
