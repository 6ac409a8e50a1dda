// SPDX-License-Identifier: MPL-2.0

package cloud

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
)

func TestExplain_saysWhatIsTheMatterAndWhatToDo(t *testing.T) {
	t.Parallel()
	limit := time.Date(2026, time.January, 5, 9, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		err           error
		cause, remedy []string
	}{
		"401": {
			&transport.Error{Kind: transport.Refused, Status: http.StatusUnauthorized, ServerMessage: "Unauthorized"},
			[]string{"Atlassian Cloud answered 401", "mistyped, revoked or expired", `message "Unauthorized"`}, []string{"API keys", "ATLASSIAN_API_KEY"},
		},
		"403": {
			&transport.Error{Kind: transport.Refused, Status: http.StatusForbidden, ServerMessage: "User has no permission to access resource."},
			[]string{"403: this API key may not do this", "User has no permission"}, []string{"without scopes", "organization admin"},
		},
		"403 of an operation with a scope": {
			listingUserTokens.failed(&transport.Error{Kind: transport.Refused, Status: http.StatusForbidden}),
			[]string{"403"}, []string{"Listing user API tokens takes", "without scopes or with the scope read:tokens:admin"},
		},
		"403 of an operation without one": {
			regeneratingTokens.failed(&transport.Error{Kind: transport.Refused, Status: http.StatusForbidden}),
			[]string{"403"}, []string{"Regenerating a tunnel token takes", "and without scopes"},
		},
		"403 that names scopes": {
			&transport.Error{Kind: transport.Refused, Status: http.StatusForbidden, AcceptableScopes: []string{"manage:org", "manage:me"}},
			[]string{"403"}, []string{"manage:org, manage:me", "without scopes"},
		},
		"404": {
			&transport.Error{Kind: transport.Refused, Status: http.StatusNotFound, ServerStatus: "ADMIN-404-2"},
			[]string{"Atlassian Cloud refused the request with 404 Not Found", `status "ADMIN-404-2"`}, nil,
		},
		"429": {
			&transport.Error{Kind: transport.RateLimited, Status: http.StatusTooManyRequests, RetryAt: limit},
			[]string{"Atlassian Cloud limits the rate", "2026-01-05T09:00:00Z"}, []string{"max_retry_wait"},
		},
		"500": {
			&transport.Error{Kind: transport.ServerFailed, Status: http.StatusInternalServerError},
			[]string{"Atlassian Cloud failed with 500 Internal Server Error"}, nil,
		},
		"unreachable": {
			&transport.Error{Kind: transport.NotSent, Err: errors.New("no such host")},
			[]string{"Atlassian Cloud could not be reached", "no such host"}, []string{"proxy"},
		},
		"wrapped": {
			fmt.Errorf("wrapped: %w", &transport.Error{Kind: transport.Refused, Status: http.StatusUnauthorized}),
			[]string{"Atlassian Cloud answered 401"}, nil,
		},
		"out of time": {context.DeadlineExceeded, []string{"`timeouts`"}, []string{"Raise it"}},
		"interrupted": {context.Canceled, []string{"interrupted"}, []string{"Apply again"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := Explain(test.err)
			for _, word := range test.cause {
				if !strings.Contains(got.Cause, word) {
					t.Errorf("the cause lacks %q: %s", word, got.Cause)
				}
			}
			for _, word := range test.remedy {
				if !strings.Contains(got.Remedy, word) {
					t.Errorf("the remedy lacks %q: %s", word, got.Remedy)
				}
			}
			if got.Cause == "" || got.Remedy == "" {
				t.Errorf("incomplete: %+v", got)
			}
		})
	}
}
