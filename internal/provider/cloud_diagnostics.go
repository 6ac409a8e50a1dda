package provider

import (
	"errors"
	"fmt"
	"net/http"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/cloud"
	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
)

// Scopes that the API access API wants:
// https://developer.atlassian.com/cloud/admin/scopes/.
const (
	readKeysScope   = "read:keys:admin"
	deleteKeysScope = "delete:keys:admin"
	readTokensScope = "read:tokens:admin"
)

// apiKeysNotListed says that the API keys could not be listed.
func apiKeysNotListed(organization *cloud.Organization, err error) diag.Diagnostics {
	explanation := cloud.Explain(err)
	return errorAt(path.Root("organization_id"), fmt.Sprintf("API keys of the organization %q not listed", organization.ID()),
		explanation.Cause, scopeAdvice(err, "Listing API keys", readKeysScope), "Nothing was changed.", explanation.Remedy)
}

// apiKeyNotRevoked says that a revocation failed or that its outcome is open.
func apiKeyNotRevoked(at path.Path, keyID string, err error) diag.Diagnostics {
	explanation := cloud.Explain(err)
	summary, outcome := fmt.Sprintf("API key %q not revoked", keyID), "The key still works."
	if failure, ok := errors.AsType[*transport.Error](err); ok && !failure.Unchanged() {
		summary, outcome = fmt.Sprintf("Revocation of the API key %q not confirmed", keyID), "Whether the key is revoked is not known; to revoke it again does no harm."
	}
	return errorAt(at, summary, explanation.Cause, scopeAdvice(err, "Revoking an API key", deleteKeysScope), outcome, explanation.Remedy)
}

// scopeAdvice says which scope a refused request needs; empty for any other
// failure.
func scopeAdvice(err error, request, scope string) string {
	failure, ok := errors.AsType[*transport.Error](err)
	if !ok || failure.Status != http.StatusForbidden {
		return ""
	}
	return fmt.Sprintf("%s takes an API key of this very organization, without scopes or with the scope %s. "+
		"Keys made before February 2026 have the scopes of API tokens but not those of API keys: make a new one.", request, scope)
}

// ownKeyGuarded says that the provider will not revoke the key that it works with.
func ownKeyGuarded(at path.Path, keyID string) diag.Diagnostics {
	return errorAt(at, "The provider does not revoke its own API key",
		fmt.Sprintf("api_key_id of the provider block says that this provider works with the API key %q: revoking it would lock this configuration out.", keyID),
		"Nothing was changed.",
		"To rotate it, create a successor on the administration page, set it as api_key with its ID as api_key_id, and apply again: the old key can be revoked then.",
		"To destroy this resource and keep the key, apply revoke_on_destroy = false first.")
}
