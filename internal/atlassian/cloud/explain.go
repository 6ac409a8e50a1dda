// SPDX-License-Identifier: MPL-2.0

package cloud

import (
	"errors"
	"net/http"
	"strings"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
)

// Explanation puts a failure into words for a person.
type Explanation = transport.Explanation

// Explain says what err, returned by a method of this package, means on
// Atlassian Cloud and what to do about it. It never repeats a body or a secret.
func Explain(err error) Explanation {
	failure, ok := errors.AsType[*transport.Error](err)
	if !ok {
		return transport.Explain(err, atlassianCloud)
	}
	switch failure.Status {
	case http.StatusUnauthorized:
		return Explanation{
			Cause:  "Atlassian Cloud answered 401: it does not accept this API key; it may be mistyped, revoked or expired" + failure.Words() + ".",
			Remedy: "Create an organization API key under Atlassian Administration > Organization settings > API keys and set it as `api_key` or ATLASSIAN_API_KEY.",
		}
	case http.StatusForbidden:
		return explainForbidden(failure, operationOf(err))
	default:
		return transport.Explain(err, atlassianCloud)
	}
}

// atlassianCloud begins a sentence about the other side.
const atlassianCloud = "Atlassian Cloud"

// operationOf returns what was asked when err was the answer; empty where err
// does not tell.
func operationOf(err error) operation {
	if failed, ok := errors.AsType[*operationError](err); ok {
		return failed.operation
	}
	return ""
}

func explainForbidden(failure *transport.Error, asked operation) Explanation {
	remedy := asked.permission()
	if len(failure.AcceptableScopes) > 0 {
		remedy = "It asks for a scope that no API key can be given (" + strings.Join(failure.AcceptableScopes, ", ") + "): use an API key of this very organization without scopes."
	}
	return Explanation{
		Cause:  "Atlassian Cloud answered 403: this API key may not do this" + failure.Words() + ".",
		Remedy: remedy,
	}
}
