// SPDX-License-Identifier: MPL-2.0

package datacenter

import (
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
)

// tokenOperation is what was asked of the tokens of an instance, as the start of
// a sentence.
type tokenOperation string

const (
	listingTokens  tokenOperation = "Listing tokens"
	creatingTokens tokenOperation = "Making a token"
	changingTokens tokenOperation = "Changing a token"
	revokingTokens tokenOperation = "Revoking a token"
	provingTokens  tokenOperation = "Using the new token"
)

// tokenOperationError is what an operation failed with.
type tokenOperationError struct {
	operation tokenOperation
	err       error
}

// tokenFailure returns err as one of the operation, so that [Instance.Explain]
// knows what was asked; nil for nil.
func tokenFailure(operation tokenOperation, err error) error {
	if err == nil {
		return nil
	}
	return &tokenOperationError{operation: operation, err: err}
}

func (e *tokenOperationError) Error() string {
	return e.err.Error()
}

func (e *tokenOperationError) Unwrap() error {
	return e.err
}

const tokensSince = "Jira Data Center has personal access tokens from 8.14, Confluence from 7.9 and Bamboo from 6.10 on; Bitbucket has HTTP access tokens, from 5.5 on for users, " +
	"and for projects and repositories with a Data Center licence. Crowd has none."

// explainTokens puts into words what concerns tokens alone; false where err is
// none of that.
func (i *Instance) explainTokens(err error) (Explanation, bool) {
	asked, ok := errors.AsType[*tokenOperationError](err)
	if !ok {
		return Explanation{}, false
	}
	failure, ok := errors.AsType[*transport.Error](err)
	switch {
	case !ok:
		return Explanation{}, false
	case asked.operation == provingTokens && failure.Kind == transport.Unreadable:
		return Explanation{
			Cause:  "The new token does not open the instance: " + strings.TrimSuffix(failure.Error(), ".") + ".",
			Remedy: "Check that no proxy on the way takes the Authorization header out.",
		}, true
	case wantsCaptcha(failure), failure.Page && !IsAbsent(err):
		return Explanation{}, false
	case failure.Status == http.StatusUnauthorized:
		return i.explainTokenUnauthorized(asked.operation, failure), true
	case IsAbsent(err):
		return explainNoTokens(failure), true
	case failure.Status == http.StatusBadRequest || failure.Status == http.StatusConflict:
		return explainTokenRefused(asked.operation, failure), true
	default:
		return Explanation{}, false
	}
}

func (i *Instance) explainTokenUnauthorized(operation tokenOperation, failure *transport.Error) Explanation {
	cause := fmt.Sprintf("The instance answered 401: it does not accept %s for this%s.", i.credentials(), failure.Words())
	switch {
	case operation == provingTokens:
		return Explanation{Cause: "The instance answered 401: it does not accept the new token" + failure.Words() + ".", Remedy: "Check that tokens are not switched off, and that no proxy on the way takes the Authorization header out."}
	case i.bearer:
		return Explanation{
			Cause: cause,
			Remedy: "The token may be mistyped, expired or revoked; if a resource of this configuration has revoked it, that resource needs own = true, and `token` of the provider block its new token. " +
				"Bitbucket lets no token make, change or revoke tokens, and Bamboo may want a password to make one: set `username` and `password` there.",
		}
	default:
		return Explanation{
			Cause:  cause,
			Remedy: "Check `username` and `password`. Nobody can make tokens for another user; those of a Bitbucket project or repository take an administrator of it.",
		}
	}
}

func explainNoTokens(failure *transport.Error) Explanation {
	return Explanation{
		Cause: fmt.Sprintf("The instance answered %d: it has no such tokens, or nothing that they could belong to%s.", failure.Status, failure.Words()),
		Remedy: tokensSince + " Administrators can switch them off (atlassian.pats.enabled). " +
			"Check that the resource is the one for the product, that the user, project or repository exists, and the context path in `url`.",
	}
}

func explainTokenRefused(operation tokenOperation, failure *transport.Error) Explanation {
	explanation := Explanation{
		Cause:  fmt.Sprintf("The instance refused with %d %s%s.", failure.Status, http.StatusText(failure.Status), failure.Words()),
		Remedy: "Correct what it complains about and apply again.",
	}
	if operation == creatingTokens {
		explanation.Remedy = "What it refuses is one token too many (10 for each user is the default of Jira and Confluence, and no endpoint tells the limit), an expiry that is missing or longer than its administrators allow, " +
			"a permission, or, on Bamboo, a name that is taken. Bamboo knows expiry from 9.4 on."
	}
	return explanation
}
