// SPDX-License-Identifier: MPL-2.0

package datacenter

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
	"github.com/keyrotation/terraform-provider-atlassian/internal/clock"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const (
	token    = "canary-token"
	password = "canary-password"

	// allowed is how long a change may take.
	allowed = 5 * time.Minute
)

// jira is the instance that most tests use.
func jira() simulator.InstanceConfig {
	return simulator.InstanceConfig{Product: simulator.Jira, Token: token, InactiveKeys: []string{"old-key"}}
}

// site is a simulated instance and the client in front of it.
type site struct {
	*simulator.Instance
	estate *simulator.Simulator
	client *Instance
	wire   *wire
}

// newSite starts an instance that ends with the test. It must not be called in
// a bubble, whose time would stand still as long as the instance listens.
func newSite(t *testing.T, config simulator.InstanceConfig) *site {
	t.Helper()
	estate := simulator.New()
	t.Cleanup(estate.Close)
	instance := estate.AddInstance(config)
	base, err := url.Parse(instance.URL())
	if err != nil {
		t.Fatal(err)
	}
	wire := newWire(t)
	credentials := transport.Bearer(config.Token)
	if config.Token == "" {
		credentials = transport.Basic("admin", config.Password)
	}
	return &site{
		Instance: instance,
		estate:   estate,
		wire:     wire,
		client: New(Config{
			Name:   instance.Name(),
			Bearer: config.Token != "",
			Clock:  clock.System{},
			Client: transport.New(transport.Config{
				BaseURL:        base,
				Credentials:    credentials,
				Header:         Header(),
				UserAgent:      "terraform-provider-atlassian/test",
				RoundTripper:   wire,
				Clock:          clock.System{},
				MaxRetries:     2,
				MaxRetryWait:   time.Minute,
				RequestTimeout: 30 * time.Second,
			}),
		}),
	}
}

// simulate runs a test against an instance in a bubble of its own time.
func simulate(t *testing.T, config simulator.InstanceConfig, test func(t *testing.T, at *site)) {
	t.Helper()
	at := newSite(t, config)
	synctest.Test(t, func(t *testing.T) { test(t, at) })
}

// change carries out a change in the time that is allowed.
func (s *site) change(t *testing.T, change AESKeyChange) (AESKeyReport, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), allowed)
	defer cancel()
	return s.client.ChangeAESKeys(ctx, change)
}

// sent lists the requests so far as method and path.
func (s *site) sent() []string {
	var sent []string
	for _, request := range s.Requests() {
		sent = append(sent, request.Method+" "+request.Path)
	}
	return sent
}

// treatment is what becomes of a request: how the server answers it, nil for
// truthfully, and how long request and answer are on their way.
type treatment struct {
	fault       *simulator.Fault
	there, back time.Duration
}

// treat has requests of a method to a path treated in a way.
func (s *site) treat(method, path string, with treatment) {
	s.wire.delay(method, path, with.there, with.back)
	if with.fault == nil {
		return
	}
	fault := *with.fault
	fault.Method, fault.Path = method, path
	s.Inject(fault)
}

// inRounds sorts the reads that follow each other: they may go side by side.
func inRounds(requests []string) []string {
	sorted := slices.Clone(requests)
	for begin := 0; begin < len(sorted); begin++ {
		end := begin
		for end < len(sorted) && strings.HasPrefix(sorted[end], http.MethodGet) {
			end++
		}
		slices.Sort(sorted[begin:end])
		begin = end
	}
	return sorted
}

// expectSent fails unless the requests so far are these, in this order but for
// reads that follow each other.
func (s *site) expectSent(t *testing.T, want ...string) {
	t.Helper()
	if got := s.sent(); !slices.Equal(inRounds(got), inRounds(want)) {
		t.Errorf("sent %q, want %q", got, want)
	}
}

// expectCounts fails unless that many rotations and deletions were sent.
func (s *site) expectCounts(t *testing.T, rotations, deletions int) {
	t.Helper()
	if got := s.Count(http.MethodPost, rotatePath); got != rotations {
		t.Errorf("sent %d rotations, want %d", got, rotations)
	}
	if got := s.Count(http.MethodDelete, inactivePath); got != deletions {
		t.Errorf("sent %d deletions, want %d", got, deletions)
	}
}

// failedStep returns the error of a change that must fail in one step.
func failedStep(t *testing.T, err error, step Step) *StepError {
	t.Helper()
	failure, ok := errors.AsType[*StepError](err)
	if !ok || failure.Step != step {
		t.Fatalf("error %v, want one of the step %q", err, step)
	}
	return failure
}
