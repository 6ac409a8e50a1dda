// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// preflightOfJira is what a change with preflight asks before it changes
// something.
func preflightOfJira() []string {
	return []string{
		"GET /status",
		"GET /rest/applinks/1.0/manifest",
		listInactive,
		"GET /rest/api/2/cluster/zdu/state",
		"GET /rest/api/2/cluster/nodes",
	}
}

// tried puts before requests what a creation asks while it is planned, and asks
// again while apply plans it once more.
func tried(requests ...string) []string {
	return append([]string{listInactive, listInactive}, requests...)
}

func TestDCAESRotation_createChecksLooksRotatesAndLooks(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	active := jira.ActiveKey()
	rotation := estate.NewManagedResource(aesRotationType)
	created := plan(t, rotation, aesConfig())
	created.MustHold(t, map[string]string{
		"last_rotated_at": "(known after apply)", "next_rotation_at": "", "rotation_due": "false", "rotation_reason": "creation", "drift_acknowledged": "true",
	})
	rotation.Apply(t.Context(), t, created).MustBeQuiet(t)
	verify(t, rotated(jira, 1), sent(jira, tried(append(preflightOfJira(), rotateKey, listInactive)...)...))
	rotation.MustHold(t, map[string]string{
		"id":                    "jira",
		"inactive_keys":         "[old-key " + active + "]",
		"inactive_since":        "{" + active + "=2026-01-05T08:00:00Z old-key=2026-01-05T08:00:00Z}",
		"last_rotated_at":       "2026-01-05T08:00:00Z",
		"next_rotation_at":      "",
		"rotation_due":          "false",
		"deletion_due":          "false",
		"rotation_origin":       "terraform",
		"rotation_reason":       "creation",
		"rotation_attempted_at": "",
		"rotation_status":       "SUCCESS",
		"rotation_message":      "AES key rotated successfully",
		"rotation_paused":       "false",
		"drift_acknowledged":    "true",
		"product":               "jira",
	})
	if rotation.String(t, "version") == "" {
		t.Error("no version is recorded")
	}
	mustSettle(t, rotation, aesConfig())
}

func TestDCAESRotation_createWithoutPreflightLooksRotatesAndLooks(t *testing.T) {
	t.Parallel()
	_, jira, rotation := manageJira(t, acctest.Object{"preflight": false})
	verify(t, sent(jira, tried(listInactive, rotateKey, listInactive)...))
	rotation.MustHold(t, map[string]string{"product": "", "version": ""})
}

// Every product is asked for what it offers, and nothing fails for what it does not.
func TestDCAESRotation_createRotatesEveryProduct(t *testing.T) {
	t.Parallel()
	for product, config := range map[string]simulator.InstanceConfig{
		"jira":       {Product: simulator.Jira, Token: "jira-token"},
		"confluence": {Product: simulator.Confluence, Token: "wiki-token"},
		"bitbucket":  {Product: simulator.Bitbucket, ContextPath: "/bitbucket", Password: "git-password"},
		"crowd":      {Product: simulator.Crowd, ContextPath: "/crowd", Password: "crowd-password"},
	} {
		t.Run(product, func(t *testing.T) {
			t.Parallel()
			estate, instance := newInstance(t, config)
			rotation := estate.NewManagedResource(aesRotationType)
			rotation.Create(t, aesConfig())
			if got := instance.Rotations(); got != 1 {
				t.Errorf("%d rotations happened", got)
			}
			rotation.MustHold(t, map[string]string{"product": product})
			mustSettle(t, rotation, aesConfig())
		})
	}
}

func TestDCAESRotation_createWithoutRotatingSendsNoWrite(t *testing.T) {
	t.Parallel()
	_, jira, rotation := manageJira(t, acctest.Object{"rotate_on_create": false})
	verify(t, rotated(jira, 0), sent(jira, tried(listInactive, "GET /rest/applinks/1.0/manifest")...))
	rotation.MustHold(t, map[string]string{
		"inactive_keys": "[old-key]", "last_rotated_at": "", "next_rotation_at": "", "rotation_origin": "", "rotation_reason": "", "rotation_status": "",
	})
	mustSettle(t, rotation, aesConfig(acctest.Object{"rotate_on_create": false}))
}

func TestDCAESRotation_destroyForgetsAndSendsNoWrite(t *testing.T) {
	t.Parallel()
	_, jira, rotation := manageJira(t)
	jira.ResetLog()
	rotation.DestroyAll(t, aesConfig()).MustBeQuiet(t)
	verify(t, sent(jira, listInactive), deleted(jira, 0, 2))
}

func TestDCAESRotation_destroyDeletesInactiveKeysWhereToldToAndSaysWhich(t *testing.T) {
	t.Parallel()
	config := aesConfig(acctest.Object{"delete_inactive_keys_on_destroy": true})
	_, jira, rotation := manageJira(t, config)
	former := jira.InactiveKeys()[1]
	jira.ResetLog()
	rotation.DestroyAll(t, config).MustWarn(t, `Deletion of inactive AES keys of "jira" planned`, "old-key, "+former, "cannot be undone")
	verify(t, sent(jira, listInactive, listInactive, deleteInactive), deleted(jira, 1, 0))
}

// The plan refreshes before it destroys, so a key that joins later is news.
func TestDCAESRotation_destroyKeepsKeysThatNobodyKnew(t *testing.T) {
	t.Parallel()
	_, jira, rotation := manageJira(t, acctest.Object{"delete_inactive_keys_on_destroy": true})
	news := jira.Rotate()
	rotation.Destroy(t).MustWarn(t, "No inactive key was deleted", news)
	verify(t, deleted(jira, 0, 3))
}

// A destruction that failed half-way is finished by the next one.
func TestDCAESRotation_failedDestroyIsFinishedByTheNextOne(t *testing.T) {
	t.Parallel()
	config := aesConfig(acctest.Object{"delete_inactive_keys_on_destroy": true})
	const notDeleted, anyway = `Inactive AES keys of "jira" not deleted`, "apply delete_inactive_keys_on_destroy = false first"
	for name, test := range map[string]struct {
		fault simulator.Fault
		says  string
	}{
		"refused":             {simulator.Fault{Method: "DELETE", Kind: simulator.Status, Status: 403}, notDeleted},
		"failed":              {simulator.Fault{Method: "DELETE", Kind: simulator.Status, Status: 503}, unknownDeletion},
		"deleted, not listed": {simulator.Fault{Method: "DELETE", Kind: simulator.Status, Status: 502, After: true}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, jira, rotation := manageJira(t, config)
			jira.Inject(test.fault)
			if first := rotation.DestroyAll(t, config); test.says != "" {
				first.MustFail(t, test.says, anyway)
				jira.ClearFaults()
				rotation.DestroyAll(t, config).MustNotFail(t)
			} else {
				first.MustNotFail(t)
			}
			if rotation.Exists() {
				t.Error("it is still in state")
			}
			verify(t, equalKeys(jira, 0))
		})
	}
}

// A deletion that nobody waited for may take a younger key: what failed to
// destroy the resource remembers it.
func TestDCAESRotation_failedDestroyRemembersADeletionThatMayStillBeCarriedOut(t *testing.T) {
	t.Parallel()
	config := aesConfig(acctest.Object{"delete_inactive_keys_on_destroy": true})
	_, jira, rotation := manageJira(t, config)
	jira.Inject(simulator.Fault{Method: "DELETE", Kind: simulator.ChangeLater, Status: 504, Times: 1})
	rotation.DestroyAll(t, config).MustFail(t, "Whether the inactive keys were deleted is not known")
	plan(t, rotation, aesConfig(config, release("2"))).Diagnostics.MustWarn(t, "rotate_triggers changed", "A deletion sent at 2026-01-05T08:00:00Z may still be carried out")
}

func TestDCAESRotation_anotherInstanceReplacesAndSaysAllThatFollows(t *testing.T) {
	t.Parallel()
	estate, jira, rotation := manageJira(t, acctest.Object{"delete_inactive_keys_on_destroy": true})
	wiki := estate.AddInstance(simulator.InstanceConfig{Name: "wiki", Product: simulator.Confluence, Token: "wiki-token"})
	moved := acctest.Object{"instance": "wiki", "inactive_key_retention": "0s"}
	replacement := plan(t, rotation, moved)
	if !replacement.Replaces() {
		t.Fatal("the plan replaces nothing")
	}
	replacement.Diagnostics.MustWarn(t, `Deletion of inactive AES keys of "jira" planned`, "old-key")
	replacement.Diagnostics.MustWarn(t, `Rotation of the AES key of "wiki" planned: creation`)
	replacement.Diagnostics.MustWarn(t, `Deletion of inactive AES keys of "wiki" planned`, "the AES key that it retires")
	replacement.MustHold(t, map[string]string{"rotation_reason": "creation"})
	rotation.Apply(t.Context(), t, replacement).MustNotFail(t)
	verify(t, happened(jira, 1), happened(wiki, 1), deleted(jira, 1, 0), deleted(wiki, 1, 0))
	rotation.MustHold(t, map[string]string{"id": "wiki", "product": "confluence"})
	mustSettle(t, rotation, moved)
}
