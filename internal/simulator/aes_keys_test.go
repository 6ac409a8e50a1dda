// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"net/http"
	"regexp"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

type keyLists struct {
	InactiveKeys []string `json:"inactiveKeys"`
	DeletedKeys  []string `json:"deletedKeys"`
}

type rotationResult struct {
	Message string `json:"message"`
	Status  string `json:"status"`
}

func TestKeys_rotationMakesTheActiveKeyInactive(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	former := jira.ActiveKey()

	result := decode[rotationResult](t, ask(http.MethodPost, jira.URL()+rotatePath).
		bearer(adminToken).send(t).wantStatus(t, http.StatusOK))

	wantEqual(t, "status", result.Status, "SUCCESS")
	wantEqual(t, "message", result.Message, "AES key rotated successfully")
	if diff := cmp.Diff([]string{"first", "second", former}, jira.InactiveKeys()); diff != "" {
		t.Error(diff)
	}
	wantEqual(t, "rotations", jira.Rotations(), 1)
	if jira.ActiveKey() == former {
		t.Error("the active key stayed the same")
	}
}

func TestKeys_namesAreUniqueThoughTheClockStandsStill(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	for range 5 {
		jira.Rotate()
	}
	names := append(jira.InactiveKeys()[2:], jira.ActiveKey())
	pattern := regexp.MustCompile(`^javax\.crypto\.spec\.SecretKeySpec_\d{13}$`)
	for _, name := range names {
		if !pattern.MatchString(name) {
			t.Errorf("unexpected key name %q", name)
		}
	}
	slices.Sort(names)
	wantEqual(t, "distinct names", len(slices.Compact(names)), 6)
}

func TestKeys_concurrentRotationsAllCount(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() { jira.Rotate() })
	}
	group.Wait()
	wantEqual(t, "rotations", jira.Rotations(), 8)
	wantEqual(t, "inactive keys", len(jira.InactiveKeys()), 10)
}

func TestKeys_listTellsInactiveKeysOldestFirst(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	third := jira.Rotate()
	list := decode[keyLists](t, ask(http.MethodGet, jira.URL()+inactivePath).
		bearer(adminToken).send(t).wantStatus(t, http.StatusOK))
	if diff := cmp.Diff([]string{"first", "second", third}, list.InactiveKeys); diff != "" {
		t.Error(diff)
	}
}

func TestKeys_emptyListIsAnArray(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	jira.DeleteInactiveKeys()
	for method, want := range map[string]string{
		http.MethodGet:    `{"inactiveKeys":[]}`,
		http.MethodDelete: `{"deletedKeys":[]}`,
	} {
		got := ask(method, jira.URL()+inactivePath).bearer(adminToken).send(t).wantStatus(t, http.StatusOK)
		wantEqual(t, "body", got.body, want)
	}
}

func TestKeys_deletionDeletesAll(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	active := jira.ActiveKey()
	list := decode[keyLists](t, ask(http.MethodDelete, jira.URL()+inactivePath).
		bearer(adminToken).send(t).wantStatus(t, http.StatusOK))
	if diff := cmp.Diff([]string{"first", "second"}, list.DeletedKeys); diff != "" {
		t.Error(diff)
	}
	wantEqual(t, "inactive keys", len(jira.InactiveKeys()), 0)
	wantEqual(t, "active key", jira.ActiveKey(), active)
}

func TestKeys_rotateBehindTheClientsBackReturnsTheFormerKey(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	active := jira.ActiveKey()
	wantEqual(t, "former key", jira.Rotate(), active)
	wantEqual(t, "rotations", jira.Rotations(), 1)
}

func TestKeys_rotationIsRefusedInInvalidConditions(t *testing.T) {
	t.Parallel()
	mixed := []simulator.Node{{ID: "a", Version: "10.3.11"}, {ID: "b", Version: "10.3.12"}}
	for name, test := range map[string]struct {
		product simulator.Product
		prepare func(*simulator.Instance)
		want    int
	}{
		"rotating":          {simulator.Jira, func(i *simulator.Instance) { i.SetRotating(true) }, 406},
		"upgrading":         {simulator.Confluence, func(i *simulator.Instance) { i.SetUpgradeState("MIXED") }, 406},
		"versions mixed":    {simulator.Jira, func(i *simulator.Instance) { i.SetNodes(mixed) }, 406},
		"unsupported":       {simulator.Jira, func(i *simulator.Instance) { i.SetRotationSupported(false) }, 406},
		"Bitbucket cannot":  {simulator.Bitbucket, func(i *simulator.Instance) { i.SetRotationSupported(false) }, 501},
		"Bitbucket rotates": {simulator.Bitbucket, func(i *simulator.Instance) { i.SetRotating(true) }, 406},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			instance, _ := newInstance(t, test.product)
			test.prepare(instance)
			result := decode[rotationResult](t, ask(http.MethodPost, instance.URL()+rotatePath).
				basic("admin", password).send(t).wantStatus(t, test.want))
			wantEqual(t, "status", result.Status, "FAILED")
			if result.Message == "" {
				t.Error("no message says why")
			}
			wantEqual(t, "rotations", instance.Rotations(), 0)
		})
	}
}

func TestKeys_guessesAreSwitchable(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		guesses simulator.Guesses
		prepare func(*simulator.Instance)
		method  string
		path    string
		status  int
		body    string
	}{
		"words of success": {
			guesses: simulator.Guesses{RotationStatus: "DONE", RotationMessage: "ok"},
			method:  http.MethodPost, path: rotatePath, status: 200, body: `{"message":"ok","status":"DONE"}`,
		},
		"empty refusal": {
			guesses: simulator.Guesses{EmptyRefusals: true},
			prepare: func(i *simulator.Instance) { i.SetRotating(true) },
			method:  http.MethodPost, path: rotatePath, status: 406,
		},
		"rotation while upgrading": {
			guesses: simulator.Guesses{RotateWhileUpgrading: true, RotationStatus: "S", RotationMessage: "M"},
			prepare: func(i *simulator.Instance) { i.SetUpgradeState("MIXED") },
			method:  http.MethodPost, path: rotatePath, status: 200, body: `{"message":"M","status":"S"}`,
		},
		"nothing to delete": {
			guesses: simulator.Guesses{DeleteNothingStatus: 404},
			prepare: func(i *simulator.Instance) { i.DeleteInactiveKeys() },
			method:  http.MethodDelete, path: inactivePath, status: 404,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			jira, _ := newInstance(t, simulator.Jira, func(c *simulator.InstanceConfig) { c.Guesses = test.guesses })
			if test.prepare != nil {
				test.prepare(jira)
			}
			got := ask(test.method, jira.URL()+test.path).bearer(adminToken).send(t).wantStatus(t, test.status)
			wantEqual(t, "body", got.body, test.body)
		})
	}
}

func TestKeys_nameCanBeChosen(t *testing.T) {
	t.Parallel()
	jira, _ := newInstance(t, simulator.Jira, func(c *simulator.InstanceConfig) {
		c.Guesses.KeyName = func(created time.Time) string { return created.Format("key-150405.000") }
	})
	wantEqual(t, "active key", jira.ActiveKey(), "key-120000.000")
}

func TestKeys_apiExistsSinceAVersion(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		product simulator.Product
		version string
		want    int
	}{
		{simulator.Jira, "10.2.1", 302},
		{simulator.Jira, "10.3", 200},
		{simulator.Confluence, "9.2.26", 404},
		{simulator.Confluence, "9.3.1", 200},
		{simulator.Bitbucket, "9.4.9", 404},
		{simulator.Bitbucket, "9.5.0", 200},
		{simulator.Crowd, "6.2.4", 404},
		{simulator.Crowd, "6.3.0", 200},
		{simulator.Bamboo, "12.1.12", 404},
	} {
		t.Run(string(test.product)+" "+test.version, func(t *testing.T) {
			t.Parallel()
			instance, _ := newInstance(t, test.product, func(c *simulator.InstanceConfig) { c.Version = test.version })
			list := ask(http.MethodGet, instance.URL()+inactivePath).basic("admin", password)
			list.send(t).wantStatus(t, test.want)
			instance.SetKeyAPI(test.want != 200)
			if got := list.send(t).status; (got == 200) == (test.want == 200) {
				t.Errorf("status %d once that was switched", got)
			}
		})
	}
}

func TestKeys_undocumentedInputIsRefused(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	ask(http.MethodPost, jira.URL()+rotatePath+"?force=true").bearer(adminToken).send(t).wantStatus(t, 400)
	ask(http.MethodPost, jira.URL()+rotatePath).bearer(adminToken).sending("{}").send(t).wantStatus(t, 400)
	ask(http.MethodDelete, jira.URL()+inactivePath+"?name=first").bearer(adminToken).send(t).wantStatus(t, 400)
	wantEqual(t, "rotations", jira.Rotations(), 0)
	wantEqual(t, "inactive keys", len(jira.InactiveKeys()), 2)

	lenient, _ := newInstance(t, simulator.Jira, func(c *simulator.InstanceConfig) {
		c.Guesses.IgnoreUndocumentedInput = true
	})
	ask(http.MethodPost, lenient.URL()+rotatePath+"?force=true").bearer(adminToken).sending("{}").send(t).wantStatus(t, 200)
}
