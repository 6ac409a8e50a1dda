// SPDX-License-Identifier: MPL-2.0

package cloud

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
)

// answering answers every request with the same words.
type answering struct {
	status int
	body   string
}

func (a answering) RoundTrip(*http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: a.status, Header: http.Header{"X-Request-Id": {a.body}}, Body: io.NopCloser(strings.NewReader(a.body))}, nil
}

// readers are all methods that read an answer.
func readers() map[string]func(context.Context, *Cloud) (any, error) {
	return map[string]func(context.Context, *Cloud) (any, error){
		"API keys":       func(ctx context.Context, c *Cloud) (any, error) { return c.Organization("o").APIKeys(ctx) },
		"API tokens":     func(ctx context.Context, c *Cloud) (any, error) { return c.Organization("o").UserAPITokens(ctx) },
		"account tokens": func(ctx context.Context, c *Cloud) (any, error) { return c.AccountAPITokens(ctx, "a") },
		"actions":        func(ctx context.Context, c *Cloud) (any, error) { return c.Organization("o").EventActions(ctx) },
		"events": func(ctx context.Context, c *Cloud) (any, error) {
			events, _, err := c.Organization("o").Events(ctx, EventQuery{Limit: 10})
			return events, err
		},
		"last event": func(ctx context.Context, c *Cloud) (any, error) {
			event, _ := c.Organization("o").LastEventAbout(ctx, "a", "b")
			return event, nil
		},
		"tunnel": func(ctx context.Context, c *Cloud) (any, error) {
			tunnel, err := c.Organization("o").RegenerateTunnelToken(ctx, "h", time.Minute)
			tunnel.Token = ""
			return tunnel, err
		},
		"policy": func(ctx context.Context, c *Cloud) (any, error) {
			ctx, cancel := context.WithTimeout(ctx, time.Minute)
			defer cancel()
			return c.Organization("o").AddAuthPolicyUsers(ctx, "p", []string{"a@example.com"}, func(PolicyTask) {})
		},
	}
}

// Whatever a server answers, it is read or refused, and neither a secret nor what
// steers a terminal gets through.
func FuzzAnswer(f *testing.F) {
	for _, body := range []string{
		`{"data":[{"id":"a","label":"canary-key","expiresAt":7,"scopes":["\u001b[2J",null],"createdBy":{"id":5}}],"links":{"next":"?cursor=b"}}`,
		`{"data":[null,{"id":"\u202e"}],"links":{"next":"https://elsewhere.example/?cursor=canary-key"}}`,
		`{"data":[],"links":{"next":"://%zz"}}`, `{"data":{}}`, `[{"id":1,"label":"a","createdAt":null}]`, `null`, ``, `<html>canary-key`,
		`{"data":[{"id":"a","attributes":{"time":"2026-01-05T08:00:00Z","action":"x","actor":{"auth":{"tokenId":1}},"context":[{"attributes":{"a":{}}}]},"message":{"content":"\r\nError: x"}}],"meta":{"next":null}}`,
		`{"token":"brand-new-token","name":"brand-new-token\u0007","status":"CONNECTED","onPremiseUrl":"https://u:p@x/"}`,
		`{"taskId":"t","inProgressCount":0,"successCount":1,"failureCount":1,"failureReasons":[{"emails":["canary-key"],"details":{"title":"\n","detail":"x"}}]}`,
		`{"errors":[{"id":"i","status":"404","code":"ADMIN-404-2","title":"canary-key","detail":"\u001b"}]}`,
	} {
		f.Add(200, body)
		f.Add(403, body)
	}
	base := &url.URL{Scheme: "https", Host: "api.example.com"}
	f.Fuzz(func(t *testing.T, status int, body string) {
		for name, read := range readers() {
			clock := newInstantClock()
			got, err := read(t.Context(), New(transport.New(transport.Config{
				BaseURL:      base,
				Credentials:  transport.Bearer("canary-key"),
				RoundTripper: answering{status, body},
				Clock:        clock,
			}), clock))
			said := fmt.Sprintf("%+v", got)
			if err != nil {
				said += err.Error() + fmt.Sprint(Explain(err))
			}
			if strings.Contains(said, "canary-key") || strings.ContainsFunc(said, steers) {
				t.Errorf("%s: %q", name, said)
			}
		}
	})
}

func steers(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
}
