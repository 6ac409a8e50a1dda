// SPDX-License-Identifier: MPL-2.0

package cloud

import "strings"

// operation is something that is asked of Atlassian Cloud, as the start of a
// sentence. What an API key needs for it is said here and nowhere else.
type operation string

const (
	listingAPIKeys       operation = "Listing API keys"
	revokingAPIKeys      operation = "Revoking an API key"
	listingUserTokens    operation = "Listing user API tokens"
	listingAccountTokens operation = "Listing the API tokens of one account"
	revokingTokens       operation = "Revoking the API tokens of one account"
	readingEvents        operation = "Reading the audit log"
	movingAccounts       operation = "Moving accounts to an authentication policy"
	regeneratingTokens   operation = "Regenerating a tunnel token"

	listingServiceAccounts operation = "Listing service accounts"
	listingServiceTokens   operation = "Listing the API tokens of a service account"
	revokingServiceTokens  operation = "Revoking the API tokens of a service account"
	listingOAuthClients    operation = "Listing OAuth clients"
	deletingOAuthClients   operation = "Deleting an OAuth client"
)

// scope returns the scope that lets an API key with scopes do the operation;
// empty where no such key can.
//
// See https://developer.atlassian.com/cloud/admin/scopes/.
func (o operation) scope() string {
	switch o {
	case listingAPIKeys:
		return "read:keys:admin"
	case revokingAPIKeys:
		return "delete:keys:admin"
	case listingUserTokens:
		return "read:tokens:admin"
	case readingEvents:
		return "read:events:admin"
	case movingAccounts:
		return "write:policies:admin"
	case listingServiceAccounts:
		return "read:service-accounts:admin"
	case listingServiceTokens, listingOAuthClients:
		return "read:service-accounts-tokens:admin"
	case revokingServiceTokens, deletingOAuthClients:
		return "delete:service-accounts-tokens:admin"
	default:
		return ""
	}
}

// besides returns what else keeps an API key from the operation; empty for
// nothing.
func (o operation) besides() string {
	switch o {
	case listingAPIKeys, revokingAPIKeys:
		return "Keys made before February 2026 have the scopes of API tokens but not those of API keys: make a new one."
	case listingAccountTokens, revokingTokens:
		return "It works for accounts that this organization manages, and for no others."
	case readingEvents:
		return "The audit log needs Atlassian Guard or a Cloud Enterprise plan as well."
	default:
		return ""
	}
}

// permission says what an API key needs for the operation, in a sentence or two.
func (o operation) permission() string {
	if o == "" {
		o = "This"
	}
	scope := o.scope()
	needs := " and without scopes: no scope allows it."
	if scope != "" {
		needs = ", without scopes or with the scope " + scope + "."
	}
	return strings.TrimSpace(string(o) + " takes an API key of this very organization, made by an organization admin" + needs + " " + o.besides())
}

// failed returns err as one of the operation, so that [Explain] knows what was
// asked; nil for nil.
func (o operation) failed(err error) error {
	if err == nil {
		return nil
	}
	return &operationError{operation: o, err: err}
}

// operationError is what an operation failed with.
type operationError struct {
	operation operation
	err       error
}

func (e *operationError) Error() string {
	return e.err.Error()
}

func (e *operationError) Unwrap() error {
	return e.err
}
