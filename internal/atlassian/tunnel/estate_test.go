// SPDX-License-Identifier: MPL-2.0

package tunnel

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/cloud"
	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/datacenter"
	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
	"github.com/keyrotation/terraform-provider-atlassian/internal/clock"
)

const (
	hostname = "e5e9e8f0-d429-4cb9-80bc-2f02cb91f587"

	cloudURL = "https://cloud.example.com"
	jiraURL  = "https://jira.example.com"

	regenerate = "PUT /admin/v1/orgs/org/tunnels/" + hostname + "/token"
	deliver    = "PUT /rest/secure-tunneling/latest/tunnel/token"

	// allowed is how long a change may take.
	allowed = 10 * time.Minute
	// forever is longer than anybody waits.
	forever = 1000 * time.Hour
	// never is when nothing is carried out.
	never = -time.Second
)

// answer is how a server treats one request. The zero answer is the truth.
type answer struct {
	// carriedOut is how long after it was sent what was asked is done, or never.
	carriedOut time.Duration
	// takes is how long the answer takes.
	takes time.Duration
	// err breaks the connection; cut breaks it in the middle of the body.
	err error
	cut bool
	// status, body, contentType and retryAfter are answered instead of the truth.
	status      int
	body        string
	contentType string
	retryAfter  string
}

// exchange is a request that came, when after the start of the test.
type exchange struct {
	request string
	at      time.Duration
}

// estate is Atlassian Cloud with one tunnel and the instance at its other end,
// without a network between them.
type estate struct {
	organization *cloud.Organization
	jira         *datacenter.Instance
	start        time.Time

	mutex sync.Mutex
	// scripts hold what becomes of the next requests, by their method and path.
	scripts map[string][]answer
	// hooks are called as requests come.
	hooks map[string]func()
	sent  []exchange
	// made counts the tokens that Cloud has made; held is that of the instance.
	made int
	held string
	// onPremise is where Cloud says that the tunnel leads.
	onPremise string
}

// inBubble runs a test with an estate in a bubble of its own time. The instance
// holds the first token.
func inBubble(t *testing.T, test func(t *testing.T, e *estate)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		e := &estate{start: clock.System{}.Now(), made: 1, held: "token-1", onPremise: jiraURL, scripts: map[string][]answer{}, hooks: map[string]func(){}}
		e.organization = cloud.New(e.client(t, cloudURL), clock.System{}).Organization("org")
		e.jira = datacenter.New(datacenter.Config{Name: "jira", Client: e.client(t, jiraURL), Bearer: true, Clock: clock.System{}})
		test(t, e)
	})
}

func (e *estate) client(t *testing.T, address string) *transport.Client {
	t.Helper()
	base, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return transport.New(transport.Config{
		BaseURL: base, Credentials: transport.Bearer("secret-key"), RoundTripper: e, Clock: clock.System{},
		MaxRetries: 1, MaxRetryWait: 5 * time.Minute, RequestTimeout: 30 * time.Second,
	})
}

// regeneration is a change that makes a token and delivers it.
func (e *estate) regeneration() Change {
	return Change{Organization: e.organization, Hostname: hostname, Instance: e.jira, Clock: clock.System{}, Regenerate: true, MaxRetries: 4}
}

// run carries a change out in the time that is allowed.
func (e *estate) run(t *testing.T, change Change) (Report, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), allowed)
	defer cancel()
	return change.Run(ctx)
}

// script has the next requests treated like that.
func (e *estate) script(request string, answers ...answer) {
	e.scripts[request] = append(e.scripts[request], answers...)
}

// always has more requests treated like that than anybody sends.
func (e *estate) always(request string, like answer) {
	e.script(request, slices.Repeat([]answer{like}, 1000)...)
}

// RoundTrip treats a request as the script says, and truthfully after its end.
func (e *estate) RoundTrip(request *http.Request) (*http.Response, error) {
	ctx := request.Context()
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	treated, truth := e.admit(request)
	if treated.carriedOut == 0 {
		treated.carriedOut = -1
		truth = e.carryOut(request, truth)
	} else if treated.carriedOut > 0 {
		late := request.Clone(context.WithoutCancel(ctx))
		time.AfterFunc(treated.carriedOut, func() { e.carryOut(late, truth) })
	}
	if err := (clock.System{}).Sleep(ctx, treated.takes); err != nil {
		return nil, err
	}
	if treated.err != nil {
		return nil, treated.err
	}
	return treated.response(truth), nil
}

// admit notes a request and takes its treatment, with the body of the request.
func (e *estate) admit(request *http.Request) (treated answer, body string) {
	if request.Body != nil {
		text, _ := io.ReadAll(request.Body)
		body = string(text)
	}
	e.mutex.Lock()
	name := request.Method + " " + request.URL.Path
	e.sent = append(e.sent, exchange{name, clock.System{}.Now().Sub(e.start)})
	if script := e.scripts[name]; len(script) > 0 {
		treated, e.scripts[name] = script[0], script[1:]
	}
	hook := e.hooks[name]
	e.mutex.Unlock()
	if hook != nil {
		hook()
	}
	return treated, body
}

// carryOut does what a request asks and returns the truthful answer.
func (e *estate) carryOut(request *http.Request, body string) string {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	switch name := request.Method + " " + request.URL.Path; {
	case name == regenerate:
		e.made++
		return fmt.Sprintf(`{"id":%q,"name":"tunnel1","token":%q,"status":"CONNECTED","onPremiseUrl":%q}`, hostname, tokenNumber(e.made), e.onPremise)
	case name == deliver:
		var payload struct {
			Token string `json:"token"`
		}
		_ = json.Unmarshal([]byte(body), &payload)
		e.held = payload.Token
		return `{"name":"tunnel1","cloudOrgName":"Example"}`
	case strings.HasSuffix(name, "/status"):
		return `{"state":"RUNNING"}`
	default:
		return `{"inactiveKeys":[]}`
	}
}

// response is the answer over the wire; truth is what it says where nothing else
// is to be said.
func (a answer) response(truth string) *http.Response {
	response := &http.Response{StatusCode: http.StatusOK, Header: http.Header{"Content-Type": {"application/json"}}}
	if a.status != 0 {
		response.StatusCode, truth = a.status, a.body
	}
	if a.contentType != "" {
		response.Header.Set("Content-Type", a.contentType)
	}
	if a.retryAfter != "" {
		response.Header.Set("Retry-After", a.retryAfter)
	}
	response.Body = io.NopCloser(strings.NewReader(truth))
	if a.cut {
		response.Body = io.NopCloser(io.MultiReader(strings.NewReader(truth[:len(truth)/2]), broken{}))
	}
	return response
}

// broken is the end of a body that never comes.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

var errReset = errors.New("connection reset by peer")

// later lets everything come to its end that may still be carried out.
func later(t *testing.T) {
	t.Helper()
	if err := (clock.System{}).Sleep(t.Context(), time.Hour); err != nil {
		t.Fatal(err)
	}
}

func tokenNumber(number int) string {
	return fmt.Sprintf("token-%d", number)
}

// tokens returns the one that the instance holds, and the one that Cloud accepts.
func (e *estate) tokens() (held, present string) {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	return e.held, tokenNumber(e.made)
}

// connected reports whether the instance holds the present token.
func (e *estate) connected() bool {
	held, present := e.tokens()
	return held == present
}

// requests lists the requests so far, those that ask before those that change.
func (e *estate) requests() []string {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	requests := make([]string, 0, len(e.sent))
	for _, exchanged := range e.sent {
		requests = append(requests, exchanged.request)
	}
	return requests
}

// times lists when a request was sent.
func (e *estate) times(request string) []time.Duration {
	e.mutex.Lock()
	defer e.mutex.Unlock()
	var times []time.Duration
	for _, exchanged := range e.sent {
		if exchanged.request == request {
			times = append(times, exchanged.at)
		}
	}
	return times
}

// expectSent fails unless the requests so far are these.
func (e *estate) expectSent(t *testing.T, want ...string) {
	t.Helper()
	if got := e.requests(); !slices.Equal(got, want) {
		t.Errorf("sent %q, want %q", got, want)
	}
}

// expectConnected fails unless the instance holds the present token, which the
// report is about, and nothing is open.
func (e *estate) expectConnected(t *testing.T, report Report, err error) {
	t.Helper()
	if held, present := e.tokens(); err != nil || held != present || report.Tunnel.Token != held {
		t.Errorf("error %v; the instance holds %s, the report has %s, the present one is %s", err, held, report.Tunnel.Token, present)
	}
	if report.RegeneratedAt.IsZero() || report.DeliveredAt.IsZero() || report.Undelivered || !report.AttemptedAt.IsZero() || !report.AbandonedAt.IsZero() {
		t.Errorf("report %+v", report)
	}
}

// expectUntouched fails unless nothing was changed, and the error of that step
// says so.
func (e *estate) expectUntouched(t *testing.T, report Report, err error, step Step) {
	t.Helper()
	if failedStep(t, err, step).Unsettled || report.Changed() || report.Undelivered {
		t.Errorf("error %v, report %+v", err, report)
	}
	if held, present := e.tokens(); held != "token-1" || present != "token-1" {
		t.Errorf("the instance holds %s, the present token is %s", held, present)
	}
}

// failedStep returns the error of a change that must fail in one step.
func failedStep(t *testing.T, err error, step Step) *Error {
	t.Helper()
	failure, ok := errors.AsType[*Error](err)
	if !ok || failure.Step != step {
		t.Fatalf("error %v, want one of the step %d", err, step)
	}
	return failure
}
