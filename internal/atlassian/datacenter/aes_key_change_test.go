// SPDX-License-Identifier: MPL-2.0

package datacenter

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
	"github.com/keyrotation/terraform-provider-atlassian/internal/clock"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const (
	getStatus   = "GET /status"
	getManifest = "GET /rest/applinks/1.0/manifest"
	getInactive = "GET " + inactivePath
	postRotate  = "POST " + rotatePath
	deleteKeys  = "DELETE " + inactivePath
)

func TestChangeAESKeys_sendsTheDocumentedCallsInOrder(t *testing.T) {
	t.Parallel()
	known := []string{"old-key"}
	all := AESKeyChange{Preflight: true, DeleteBefore: true, Known: known, Deletable: known, Rotate: true, DeleteAfter: true}
	for name, test := range map[string]struct {
		config simulator.InstanceConfig
		change AESKeyChange
		want   []string
	}{
		"Jira": {jira(), AESKeyChange{Preflight: true, Rotate: true}, []string{
			getStatus, getManifest, getInactive, "GET /rest/api/2/cluster/zdu/state", "GET /rest/api/2/cluster/nodes", postRotate, getInactive,
		}},
		"Confluence": {
			simulator.InstanceConfig{Product: simulator.Confluence, Token: token},
			AESKeyChange{Preflight: true, Rotate: true},
			[]string{getStatus, getManifest, getInactive, "GET /rest/zdu/cluster", postRotate, getInactive},
		},
		"Bitbucket": {
			simulator.InstanceConfig{Product: simulator.Bitbucket, Password: password},
			AESKeyChange{Preflight: true, Rotate: true},
			[]string{getStatus, getManifest, getInactive, "GET /rest/zdu/cluster", postRotate, getInactive},
		},
		"Crowd": {
			simulator.InstanceConfig{Product: simulator.Crowd, Password: password},
			AESKeyChange{Preflight: true, Rotate: true},
			[]string{
				getStatus, getManifest, getInactive, "GET /rest/admin/1.0/server-info", "GET /rest/zdu/cluster", "GET /rest/api/2/cluster/zdu/state",
				postRotate, getInactive,
			},
		},
		"without preflight":      {jira(), AESKeyChange{Rotate: true}, []string{getInactive, postRotate, getInactive}},
		"rotation, known list":   {jira(), AESKeyChange{Known: known, Rotate: true}, []string{getInactive, postRotate, getInactive}},
		"deletion":               {jira(), AESKeyChange{DeleteBefore: true, Known: known, Deletable: known}, []string{getInactive, deleteKeys}},
		"deletion, preflight":    {jira(), AESKeyChange{Preflight: true, DeleteBefore: true, Known: known, Deletable: known}, []string{getInactive, getManifest, deleteKeys}},
		"rotation and deletion":  {jira(), AESKeyChange{Known: known, Deletable: known, Rotate: true, DeleteAfter: true}, []string{getInactive, postRotate, getInactive, deleteKeys}},
		"deletion of any":        {jira(), AESKeyChange{DeleteAfter: true, DeleteAny: true}, []string{getInactive, deleteKeys}},
		"rotation, deleting any": {jira(), AESKeyChange{Rotate: true, DeleteAfter: true, DeleteAny: true}, []string{getInactive, postRotate, getInactive, deleteKeys}},
		"preflight and nothing":  {jira(), AESKeyChange{Preflight: true}, []string{getInactive, getManifest}},
		"nothing but a look":     {jira(), AESKeyChange{}, []string{getInactive}},
		"everything that can be": {jira(), all, []string{
			getStatus, getManifest, getInactive, "GET /rest/api/2/cluster/zdu/state", "GET /rest/api/2/cluster/nodes",
			deleteKeys, postRotate, getInactive, deleteKeys,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, test.config, func(t *testing.T, at *site) {
				report, err := at.change(t, test.change)
				if err != nil || len(report.Warnings) > 0 {
					t.Errorf("error %v, warnings %q", err, report.Warnings)
				}
				at.expectSent(t, test.want...)
			})
		})
	}
}

func TestChangeAESKeys_listsTheKeysOfAnAdoptionBeforeItAsksForTheProduct(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault simulator.Fault
		want  []string
	}{
		"adopted":    {simulator.Fault{Path: "/none"}, []string{getInactive, getManifest}},
		"refused":    {simulator.Fault{Path: inactivePath, Status: http.StatusUnauthorized}, []string{getInactive}},
		"no key API": {simulator.Fault{Path: inactivePath, Status: http.StatusNotFound}, []string{getInactive}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, jira(), func(t *testing.T, at *site) {
				at.Inject(test.fault)
				report, err := at.change(t, AESKeyChange{Preflight: true})
				if adopted := len(test.want) > 1; (err == nil) != adopted || (report.Product.Name == Jira) != adopted {
					t.Errorf("error %v, report %+v", err, report)
				}
				if got := at.sent(); !slices.Equal(got, test.want) {
					t.Errorf("sent %q, want %q", got, test.want)
				}
			})
		})
	}
}

func TestChangeAESKeys_keepsTheContextPath(t *testing.T) {
	t.Parallel()
	config := jira()
	config.ContextPath = "/tools/jira"
	simulate(t, config, func(t *testing.T, at *site) {
		if _, err := at.change(t, AESKeyChange{Preflight: true, Rotate: true}); err != nil {
			t.Fatal(err)
		}
		for _, request := range at.Requests() {
			if !strings.HasPrefix(request.Path, "/tools/jira/") {
				t.Errorf("sent %s %s", request.Method, request.Path)
			}
		}
		at.expectCounts(t, 1, 0)
	})
}

func TestChangeAESKeys_reportsWhatItFoundAndDid(t *testing.T) {
	t.Parallel()
	config := jira()
	config.Version = "10.3.2"
	config.Guesses = simulator.Guesses{RotationStatus: "DONE", RotationMessage: "New key is in use"}
	simulate(t, config, func(t *testing.T, at *site) {
		former, start := at.ActiveKey(), clock.System{}.Now()
		report, err := at.change(t, AESKeyChange{Preflight: true, Rotate: true})
		if err != nil {
			t.Fatal(err)
		}
		if report.Status != "DONE" || report.Message != "New key is in use" {
			t.Errorf("status %q, message %q", report.Status, report.Message)
		}
		if want := []string{"old-key", former}; !slices.Equal(report.InactiveKeys, want) {
			t.Errorf("inactive keys %q, want %q", report.InactiveKeys, want)
		}
		if want := (Product{Name: Jira, Version: "10.3.2", BaseURL: at.CanonicalURL()}); report.Product != want {
			t.Errorf("product %+v, want %+v", report.Product, want)
		}
		if !report.RotatedAt.Equal(start) || !report.Changed() {
			t.Errorf("rotated at %s, changed %t", report.RotatedAt, report.Changed())
		}
		if want := []string{"old-key", former}; !slices.Equal(report.Seen, want) {
			t.Errorf("seen %q, want %q", report.Seen, want)
		}
		if report.Unlisted || !report.UnsettledAt.IsZero() || report.DeletionPending || report.Deleted != nil || report.Abandoned != (Abandoned{}) {
			t.Errorf("report %+v", report)
		}
	})
}

func TestChangeAESKeys_saysWhatItIsDoing(t *testing.T) {
	t.Parallel()
	simulate(t, jira(), func(t *testing.T, at *site) {
		var heard []string
		_, err := at.change(t, AESKeyChange{
			Preflight: true, Rotate: true, DeleteAfter: true, DeleteAny: true,
			Progress: func(message string) { heard = append(heard, message) },
		})
		want := []string{"checking that the instance is ready", "rotating the AES key", "deleting the inactive AES keys"}
		if err != nil || !slices.Equal(heard, want) {
			t.Errorf("error %v, progress %q, want %q", err, heard, want)
		}
	})
}

func TestChangeAESKeys_changesNothingWhereAPreflightFails(t *testing.T) {
	t.Parallel()
	mixed := []simulator.Node{{ID: "one", Version: "10.3.1"}, {ID: "two", Version: "10.3.2"}}
	for name, test := range map[string]struct {
		config  simulator.InstanceConfig
		prepare func(*site)
		step    Step
		// want is a part of the error.
		want     string
		notReady bool
	}{
		"starting":            {jira(), func(at *site) { at.SetState("STARTING") }, StepCheck, `"STARTING"`, true},
		"stopping":            {jira(), func(at *site) { at.SetState("STOPPING") }, StepCheck, `"STOPPING"`, true},
		"not set up":          {jira(), func(at *site) { at.SetState("FIRST_RUN") }, StepCheck, `"FIRST_RUN"`, true},
		"maintenance":         {jira(), func(at *site) { at.SetState("MAINTENANCE") }, StepCheck, `"MAINTENANCE"`, true},
		"error":               {jira(), func(at *site) { at.SetState("ERROR") }, StepCheck, `"ERROR"`, true},
		"in an upgrade":       {jira(), func(at *site) { at.SetUpgradeState("MIXED") }, StepCheck, "MIXED", true},
		"upgrade has failed":  {jira(), func(at *site) { at.SetUpgradeState("UPGRADE_TASKS_FAILED") }, StepCheck, "UPGRADE_TASKS_FAILED", true},
		"versions differ":     {jira(), func(at *site) { at.SetNodes(mixed) }, StepCheck, "10.3.1, 10.3.2", true},
		"unreachable":         {jira(), func(at *site) { at.wire.before(unreachable) }, StepLook, "not sent", false},
		"no key API":          {jira(), func(at *site) { at.SetKeyAPI(false) }, StepLook, "answered by a login page or proxy (302)", false},
		"Bamboo":              {simulator.InstanceConfig{Product: simulator.Bamboo, Token: token}, func(*site) {}, StepLook, "404 Not Found", false},
		"wrong credentials":   {simulator.InstanceConfig{Product: simulator.Jira, Password: password}, func(at *site) { at.SetBasicAuthDisabled(true) }, StepLook, "403 Forbidden", false},
		"token for Bitbucket": {simulator.InstanceConfig{Product: simulator.Bitbucket, Token: token}, func(*site) {}, StepLook, "401 Unauthorized", false},
		"login page for the keys": {jira(), func(at *site) {
			at.Inject(simulator.Fault{Path: inactivePath, Kind: simulator.HTML})
		}, StepLook, "login page", false},
		"keys without their field": {jira(), func(at *site) {
			at.Inject(simulator.Fault{Path: inactivePath, Status: 200, Body: `{"keys":[]}`})
		}, StepLook, "inactiveKeys", false},
		"keys fail": {jira(), func(at *site) {
			at.Inject(simulator.Fault{Path: inactivePath})
		}, StepLook, "500 Internal", false},
		"cluster fails": {jira(), func(at *site) {
			at.Inject(simulator.Fault{Path: "/cluster/nodes"})
		}, StepCheck, "500 Internal", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			simulate(t, test.config, func(t *testing.T, at *site) {
				test.prepare(at)
				report, err := at.change(t, AESKeyChange{Preflight: true, DeleteBefore: true, Rotate: true, DeleteAfter: true, DeleteAny: true})
				failure := failedStep(t, err, test.step)
				if !strings.Contains(err.Error(), test.want) || failure.Unsettled {
					t.Errorf("error %v (unsettled %t), want %s in it", err, failure.Unsettled, test.want)
				}
				if _, notReady := errors.AsType[*NotReadyError](err); notReady != test.notReady {
					t.Errorf("error %v, not ready %t", err, notReady)
				}
				if report.Changed() {
					t.Errorf("changed: %+v", report)
				}
				at.expectCounts(t, 0, 0)
			})
		})
	}
}

func TestChangeAESKeys_rotatesWithoutPreflightWhateverTheState(t *testing.T) {
	t.Parallel()
	config := jira()
	config.Guesses = simulator.Guesses{AnswerWhileNotRunning: true, RotateWhileUpgrading: true}
	simulate(t, config, func(t *testing.T, at *site) {
		at.SetState("STARTING")
		at.SetUpgradeState("MIXED")
		report, err := at.change(t, AESKeyChange{Rotate: true})
		if err != nil || at.Rotations() != 1 {
			t.Errorf("error %v after %d rotations", err, at.Rotations())
		}
		if report.Product != (Product{}) {
			t.Errorf("product %+v without a preflight", report.Product)
		}
	})
}

func TestChangeAESKeys_neverOverlap(t *testing.T) {
	t.Parallel()
	simulate(t, jira(), func(t *testing.T, at *site) {
		const takes = time.Minute
		at.wire.delay(http.MethodPost, rotatePath, 0, takes)
		start := clock.System{}.Now()
		done := make(chan error)
		for range 3 {
			go func() {
				report, err := at.change(t, AESKeyChange{Known: []string{"old-key"}, Deletable: []string{"old-key"}, Rotate: true, DeleteAfter: true})
				if len(report.Deleted) == 0 || len(report.Warnings) > 0 {
					t.Errorf("report %+v", report)
				}
				done <- err
			}()
		}
		for range 3 {
			if err := <-done; err != nil {
				t.Error(err)
			}
		}
		one := []string{getInactive, postRotate, getInactive, deleteKeys}
		at.expectSent(t, slices.Concat(one, one, one)...)
		if got, want := at.wire.sent(start, http.MethodPost, rotatePath), []time.Duration{0, takes, 2 * takes}; !slices.Equal(got, want) {
			t.Errorf("rotations at %s, want %s", got, want)
		}
	})
}

func TestChangeAESKeys_ofTwoInstancesGoSideBySide(t *testing.T) {
	t.Parallel()
	simulate(t, jira(), func(t *testing.T, at *site) {
		other := New(Config{Name: "other", Client: at.client.client, Clock: clock.System{}})
		at.wire.delay(http.MethodPost, rotatePath, 0, time.Minute)
		start, done := clock.System{}.Now(), make(chan error)
		for _, instance := range []*Instance{at.client, other} {
			go func() {
				_, err := (&site{client: instance}).change(t, AESKeyChange{Rotate: true})
				done <- err
			}()
		}
		if err := errors.Join(<-done, <-done); err != nil {
			t.Error(err)
		}
		if got, want := at.wire.sent(start, http.MethodPost, rotatePath), []time.Duration{0, 0}; !slices.Equal(got, want) {
			t.Errorf("rotations at %s, want %s", got, want)
		}
	})
}

func TestStepError_namesTheStepAndShowsTheCause(t *testing.T) {
	t.Parallel()
	cause := &transport.Error{Kind: transport.Refused, Method: http.MethodGet, URL: "https://dc.example.com/x", Status: 401}
	err := error(&StepError{Step: StepLook, Err: cause})
	if want := "failed to list the inactive AES keys: " + cause.Error(); err.Error() != want {
		t.Errorf("error %q, want %q", err, want)
	}
	if found, ok := errors.AsType[*transport.Error](err); !ok || found != cause {
		t.Errorf("the cause is %v", found)
	}
}
