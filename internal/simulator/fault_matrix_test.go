// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

func TestFault_namesAreUniqueAndCoverEveryKind(t *testing.T) {
	t.Parallel()
	covered, seen := map[simulator.FaultKind]bool{}, map[string]bool{}
	for _, fault := range simulator.NamedFaults() {
		if seen[fault.Name] {
			t.Errorf("two faults are named %s", fault.Name)
		}
		covered[fault.Kind], seen[fault.Name] = true, true
	}
	for _, kind := range simulator.FaultKinds() {
		if !covered[kind] {
			t.Errorf("no fault is of the kind %s", kind)
		}
	}
	wantEqual(t, "last kind", simulator.FaultKinds()[len(simulator.FaultKinds())-1], simulator.BrokenJSON)
}

func TestFault_isFoundByName(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{"406": true, "418": true, "reset-after": true, "99": false, "600": false, "nonsense": false} {
		_, found := simulator.FaultNamed(name)
		wantEqual(t, name, found, want)
	}
}

func TestFault_refusedRotationHasItsDocumentedShape(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{"406": "FAILED", "501": "FAILED", "406-empty": ""} {
		jira := newKeyInstance(t)
		fault, _ := simulator.FaultNamed(name)
		jira.Inject(fault)
		got := rotation(jira).send(t)
		if want == "" {
			wantEqual(t, "body of "+name, got.body, "")
			continue
		}
		wantEqual(t, "status of "+name, decode[rotationResult](t, got).Status, want)
	}
}

func TestEndpoints_listWhatEachProductServes(t *testing.T) {
	t.Parallel()
	rotate := simulator.Endpoint{Method: http.MethodPost, Pattern: rotatePath}
	for _, product := range []simulator.Product{simulator.Jira, simulator.Confluence, simulator.Bitbucket, simulator.Crowd, simulator.Bamboo} {
		seen := map[simulator.Endpoint]bool{}
		for _, endpoint := range simulator.Endpoints(product) {
			if seen[endpoint] {
				t.Errorf("%s lists %v twice", product, endpoint)
			}
			seen[endpoint] = true
		}
		wantEqual(t, "rotation of "+string(product), seen[rotate], true)
	}
	wantEqual(t, "endpoints of an unknown product", len(simulator.Endpoints("fisheye")), 0)
	if len(simulator.CloudEndpoints()) < 10 {
		t.Errorf("unexpected endpoints %v", simulator.CloudEndpoints())
	}
}

func TestFault_strikesOnlyItsEndpoint(t *testing.T) {
	t.Parallel()
	for pattern, want := range map[string]int{
		"/rest/secrets/{version}/keys/inactive": 503,
		"/keys/{state}":                         503,
		"/keys/{state}/{more}":                  200,
		"{state}":                               200,
		"/a/b/c/d/e/f/g/{h}":                    200,
	} {
		jira := newKeyInstance(t)
		fault, _ := simulator.FaultNamed("503")
		jira.Inject(fault.On(simulator.Endpoint{Method: http.MethodGet, Pattern: pattern}))
		got := ask(http.MethodGet, jira.URL()+inactivePath).bearer(adminToken).send(t)
		wantEqual(t, pattern, got.status, want)
		ask(http.MethodDelete, jira.URL()+inactivePath).bearer(adminToken).send(t).wantStatus(t, 200)
	}
}

// refused reports whether no connection came about.
func refused(err error) bool {
	dial, ok := errors.AsType[*net.OpError](err)
	return ok && dial.Op == "dial"
}

func TestFault_refusesConnectionsUntilStarted(t *testing.T) {
	t.Parallel()
	for _, skip := range []int{0, 2} {
		for _, secure := range []bool{false, true} {
			jira, _ := newInstance(t, simulator.Jira, func(c *simulator.InstanceConfig) { c.TLS = secure })
			client := newHTTPClient()
			if secure {
				client = trusting(jira)
			}
			read := ask(http.MethodGet, jira.URL()+inactivePath).bearer(adminToken).by(client)
			jira.Inject(simulator.Fault{Kind: simulator.RefuseConnection, Method: http.MethodGet, Skip: skip})
			for range skip {
				read.send(t).wantStatus(t, http.StatusOK)
			}
			if _, err := read.attempt(t.Context()); !refused(err) {
				t.Errorf("after %d requests, TLS %t: unexpected error %v", skip, secure, err)
			}
			jira.Start()
			read.send(t).wantStatus(t, http.StatusOK)
			read.send(t).wantStatus(t, http.StatusOK)
		}
	}
}

func TestFault_misshapesAnswersToWhatWasDone(t *testing.T) {
	t.Parallel()
	for kind, want := range map[simulator.FaultKind]string{
		simulator.ByteOrderMark:  "\ufeff" + `{"message":"M","status":"S"}`,
		simulator.WrappedInArray: `[{"message":"M","status":"S"}]`,
		simulator.WrongTypes:     `{"message":42,"status":42}`,
		simulator.BrokenJSON:     `{"message","M","status","S",}`,
	} {
		jira, _ := newInstance(t, simulator.Jira, func(c *simulator.InstanceConfig) {
			c.Guesses = simulator.Guesses{RotationMessage: "M", RotationStatus: "S"}
		})
		jira.Inject(simulator.Fault{Kind: kind})
		wantEqual(t, kind.String(), rotation(jira).send(t).wantStatus(t, http.StatusOK).body, want)
		wantEqual(t, "rotations", jira.Rotations(), 1)
	}
}

func TestFault_wrongTypesReachNestedObjects(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	jira.Inject(simulator.Fault{Kind: simulator.WrongTypes})
	got := ask(http.MethodGet, jira.URL()+"/rest/api/2/cluster/zdu/state").bearer(adminToken).send(t)
	wantEqual(t, "body", got.body, `{"build":{"buildNumber":"42","version":42},"state":42}`)
	got = ask(http.MethodGet, jira.URL()+inactivePath).bearer(adminToken).send(t)
	wantEqual(t, "list", got.body, `{"inactiveKeys":{"values":["first","second"]}}`)
}

func TestFault_slowBodyArrivesInTheEnd(t *testing.T) {
	t.Parallel()
	jira, clock := newInstance(t, simulator.Jira)
	jira.Inject(simulator.Fault{Kind: simulator.SlowBody, Delay: time.Minute})
	before := clock.Now()
	got := rotation(jira).send(t).wantStatus(t, http.StatusOK)
	if !json.Valid([]byte(got.body)) {
		t.Errorf("unexpected body %q", got.body)
	}
	wantEqual(t, "delay", clock.Now().Sub(before), time.Minute)
}

func TestFault_slowBodyBreaksOffWithItsClient(t *testing.T) {
	t.Parallel()
	s, _ := newSimulator(t, simulator.WithSleep(func(context.Context, time.Duration) error { return context.Canceled }))
	jira := s.AddInstance(simulator.InstanceConfig{Product: simulator.Jira, Token: adminToken})
	jira.Inject(simulator.Fault{Kind: simulator.SlowBody, Delay: time.Minute})
	if _, err := rotation(jira).attempt(t.Context()); !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("unexpected error %v", err)
	}
}

func TestFault_hugeBodyHasTheSizeThatIsAskedFor(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	jira.Inject(simulator.Fault{Kind: simulator.HugeBody, Size: 1000})
	got := rotation(jira).send(t)
	if len(got.body) < 1000 || len(got.body) > 1100 {
		t.Errorf("unexpected size %d", len(got.body))
	}
}

func TestFault_changeIsCarriedOutWhenItsTimeHasCome(t *testing.T) {
	t.Parallel()
	jira, clock := newInstance(t, simulator.Jira)
	jira.Inject(simulator.Fault{Method: http.MethodDelete, Kind: simulator.ChangeLater, Status: 504, CompleteAfter: time.Minute})
	ask(http.MethodDelete, jira.URL()+inactivePath).bearer(adminToken).send(t).wantStatus(t, 504)

	read := ask(http.MethodGet, jira.URL()+inactivePath).bearer(adminToken)
	clock.Advance(time.Minute - 1)
	wantEqual(t, "keys before", len(decode[keyLists](t, read.send(t)).InactiveKeys), 2)
	clock.Advance(1)
	wantEqual(t, "keys after", len(decode[keyLists](t, read.send(t)).InactiveKeys), 0)
}

func TestFault_firstDeliveryTakesEffectAfterItsRepetition(t *testing.T) {
	t.Parallel()
	tunnel, jira, s := newTunnel(t)
	jira.Inject(simulator.Fault{
		Method: http.MethodPut, Path: tunnelPath, Kind: simulator.ChangeLater, Times: 1, CompleteAfterRequests: 1,
	})
	first := tunnel.Token()
	if _, err := deliver(jira, first).attempt(t.Context()); err == nil {
		t.Fatal("the first delivery was answered")
	}
	regenerate(s, tunnel.ID()).send(t).wantStatus(t, http.StatusOK)
	deliver(jira, tunnel.Token()).send(t).wantStatus(t, http.StatusOK)
	wantEqual(t, "security keys", jira.TunnelToken() == tunnel.Token(), true)

	jira.Inject(simulator.Fault{Method: http.MethodPost, Kind: simulator.ChangeLater, Status: 504, Times: 1, CompleteAfterRequests: 2})
	rotation(jira).send(t).wantStatus(t, 504)
	for _, want := range []int{1, 3} {
		ask(http.MethodGet, jira.URL()+inactivePath).bearer(adminToken).send(t)
		rotation(jira).send(t).wantStatus(t, http.StatusOK)
		wantEqual(t, "rotations", jira.Rotations(), want)
	}
}

func TestAnswers_coverTheFormsOfSideQuestions(t *testing.T) {
	t.Parallel()
	for _, answers := range [][]simulator.NamedFault{simulator.StatusAnswers(), simulator.ManifestAnswers()} {
		seen := map[string]bool{}
		for _, answer := range answers {
			if seen[answer.Name] || answer.Path != "" || answer.Method != "" {
				t.Errorf("unexpected answer %+v", answer)
			}
			seen[answer.Name] = true
		}
	}
	jira := newKeyInstance(t)
	for _, answer := range simulator.StatusAnswers() {
		jira.ClearFaults()
		jira.Inject(answer.On(simulator.Endpoint{Method: http.MethodGet, Pattern: "/status"}))
		got := ask(http.MethodGet, jira.URL()+"/status").send(t)
		if strings.HasPrefix(answer.Body, "{") {
			wantEqual(t, answer.Name, got.body, answer.Body)
		}
	}
}
