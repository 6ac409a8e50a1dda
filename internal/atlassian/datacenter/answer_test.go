// SPDX-License-Identifier: MPL-2.0

package datacenter

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
	"github.com/keyrotation/terraform-provider-atlassian/internal/clock"
)

// answering answers every request with the same words.
type answering struct {
	status int
	body   string
}

func (a answering) RoundTrip(*http.Request) (*http.Response, error) {
	header := http.Header{"X-Arequestid": {a.body}, "X-Authentication-Denied-Reason": {a.body}}
	return &http.Response{StatusCode: a.status, Header: header, Body: io.NopCloser(strings.NewReader(a.body))}, nil
}

// readers are all methods that read an answer.
func readers() map[string]func(context.Context, *Instance) (any, error) {
	return map[string]func(context.Context, *Instance) (any, error){
		"keys":     func(ctx context.Context, i *Instance) (any, error) { return i.InactiveKeys(ctx) },
		"rotation": func(ctx context.Context, i *Instance) (any, error) { return i.rotate(ctx, time.Minute) },
		"deletion": func(ctx context.Context, i *Instance) (any, error) { return i.deleteInactive(ctx, time.Minute) },
		"delivery": func(ctx context.Context, i *Instance) (any, error) {
			return i.DeliverTunnelToken(ctx, "canary-tunnel-token")
		},
		"events": func(ctx context.Context, i *Instance) (any, error) {
			events, _, err := i.AuditEvents(ctx, AuditQuery{Limit: 10})
			return events, err
		},
		"description": func(ctx context.Context, i *Instance) (any, error) { return i.Describe(ctx) },
		"state":       func(ctx context.Context, i *Instance) (any, error) { return i.State(ctx) },
		"product":     func(ctx context.Context, i *Instance) (any, error) { return i.Product(ctx) },
		"Jira":        func(ctx context.Context, i *Instance) (any, error) { return i.askCluster(ctx, Jira), nil },
		"Confluence":  func(ctx context.Context, i *Instance) (any, error) { return i.askCluster(ctx, Confluence), nil },
		"Bitbucket":   func(ctx context.Context, i *Instance) (any, error) { return i.askCluster(ctx, Bitbucket), nil },
	}
}

// Whatever a server answers, it is read or refused, and neither a secret nor what
// steers a terminal gets through.
func FuzzAnswer(f *testing.F) {
	for _, body := range []string{
		`{"inactiveKeys":["javax.crypto.spec.SecretKeySpec_1","canary-token","\u001b[2J",null],"deletedKeys":["\u202e"]}`,
		`{"status":"SUCCESS","message":"Bearer canary-token\r\nError: forged"}`, `{"message":"canary-tunnel-token","status-code":400}`,
		`{"entities":[null,{"timestamp":"2026-01-05T08:00:00Z","author":{"name":"canary-token","id":7},"extraAttributes":[{"name":"\u0007","value":"x"}],"affectedObjects":[{}]}],"pagingInfo":{"nextPageLink":"https://x/?pageCursor=1"}}`,
		`{"typeId":"stash","version":"canary-token","url":"https://u:p@x/","state":"RUNNING\u2028","baseUrl":"\n"}`,
		`[{"nodeId":"a","nodeVersion":"canary-token","state":"\u001b","alive":true}]`, `{"results":[{"nodeId":1},{"nodeId":"canary-token"}]}`, `{"nodes":[{"id":"a","buildVersion":"1"}]}`,
		``, `null`, `[]`, `<html>canary-token`, `CAPTCHA_CHALLENGE; login-url=https://x/?token=canary-token`, `{"errorMessages":["canary-token"],"errors":{"\u001b":"x"}}`,
		`{"name":"t","cloudPageUrl", "x",}`,
	} {
		for _, status := range []int{200, 401, 403, 503} {
			f.Add(status, body)
		}
	}
	base := &url.URL{Scheme: "https", Host: "jira.example.com"}
	f.Fuzz(func(t *testing.T, status int, body string) {
		for name, read := range readers() {
			instance := New(Config{Name: "jira", Clock: clock.System{}, Client: transport.New(transport.Config{
				BaseURL:      base,
				Credentials:  transport.Bearer("canary-token"),
				RoundTripper: answering{status, body},
			})})
			got, err := read(t.Context(), instance)
			said := fmt.Sprintf("%+v", got)
			if err != nil {
				said += err.Error() + fmt.Sprint(instance.Explain(err))
			}
			for _, secret := range []string{"canary-token", "canary-tunnel-token"} {
				if strings.Contains(said, secret) && (secret != "canary-tunnel-token" || name == "delivery") {
					t.Errorf("%s shows %s: %q", name, secret, said)
				}
			}
			if strings.ContainsFunc(said, steers) {
				t.Errorf("%s: %q", name, said)
			}
		}
	})
}

func steers(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
}
