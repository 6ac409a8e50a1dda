// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"golang.org/x/sync/errgroup"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// Once the provider's own key is revoked every answer is 401, which loses nothing.
func TestOrgAPIKey_ownKeyRevokedElsewhereIsAnError(t *testing.T) {
	t.Parallel()
	estate, organization := newKeyOwner(t, labelled("ci"))
	key := estate.NewManagedResource(apiKeyType)
	key.Create(t, acctest.Object{"label": "ci"})
	organization.RevokeAPIKey(ownKeyID)
	key.Refresh(t).MustFail(t, "401", "revoked or expired")
}

// A key within fail_before_expiry can be replaced, and its successor is judged by
// the same.
func TestOrgAPIKey_failsBeforeExpiryUntilItIsReplaced(t *testing.T) {
	t.Parallel()
	config := acctest.Object{"label": "ci", "fail_before_expiry": "7d"}
	estate, key, organization := expiring(t, config)
	estate.Clock.Advance(23*day - time.Second)
	key.Plan(t, config).Diagnostics.MustNotFail(t)
	estate.Clock.Advance(time.Second)
	key.Plan(t, config).Diagnostics.MustFail(t, `API key "ci" (ci-id) expires too soon`, `"7d"`, "2026-02-04T08:00:00Z")
	verify(t, revoked(estate, organization))
	config["label"] = "ci-next"
	applied(t, key, key.Plan(t, config)).MustNotFail(t)
	key.Plan(t, config).MustBeEmpty(t)
	verify(t, revoked(estate, organization, "ci-id"))
}

// expiring is a key that expires in 30 days, under management.
func expiring(t *testing.T, config acctest.Object) (*acctest.Estate, *acctest.ManagedResource, *simulator.Organization) {
	t.Helper()
	short := labelled("ci")
	short.ExpiresAt = inDays(30)
	estate, organization := newKeyOwner(t, short, labelled("ci-next"))
	key := estate.NewManagedResource(apiKeyType)
	key.Create(t, config)
	return estate, key, organization
}

func TestOrgAPIKey_warnsBeforeExpiry(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		window  any
		quiet   time.Duration
		summary string
		// acknowledges is true where the key does not work any more.
		acknowledges bool
	}{
		"default":    {nil, 16 * day, "API key expires soon", false},
		"own window": {"20d", 10 * day, "API key expires soon", false},
		"none":       {"0s", 30 * day, "API key has expired", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := acctest.Object{"label": "ci", "revoke_on_destroy": true, "warn_before_expiry": "14d"}
			if test.window != nil {
				config["warn_before_expiry"] = test.window
			}
			estate, key, _ := expiring(t, config)
			estate.Clock.Advance(test.quiet - time.Second)
			key.Plan(t, config).Diagnostics.MustBeQuiet(t)
			estate.Clock.Advance(time.Second)
			plan := key.Plan(t, config)
			plan.Diagnostics.MustWarn(t, test.summary, `"ci" (ci-id)`, "2026-02-04T08:00:00Z", "Create a successor")
			if test.acknowledges != plan.Changes() {
				t.Errorf("the plan changes something: %t", plan.Changes())
			}
		})
	}
}

// A new key that would fail the next plan fails this one.
func TestOrgAPIKey_failsToAdoptWhatExpiresTooSoon(t *testing.T) {
	t.Parallel()
	short := labelled("short")
	short.ExpiresAt = inDays(5)
	estate, _ := newKeyOwner(t, labelled("ci"), short)
	config := acctest.Object{"label": "short", "warn_before_expiry": "14d", "fail_before_expiry": "7d", "revoke_on_destroy": true}
	planKey(t, estate, config).MustFail(t, `API key "short" (short-id) expires too soon`)

	key := estate.NewManagedResource(apiKeyType)
	config["label"] = "ci"
	key.Create(t, config)
	config["label"] = "short"
	key.Plan(t, config).Diagnostics.MustFail(t, `API key "short" (short-id) expires too soon`)
	delete(config, "fail_before_expiry")
	key.Plan(t, config).Diagnostics.MustWarn(t, `Revocation of the API key "ci" (ci-id) planned`)
}

// A saved plan does what it says, however much later and however much the keys
// were used meanwhile.
func TestOrgAPIKey_savedPlanKeepsItsWord(t *testing.T) {
	t.Parallel()
	config := acctest.Object{"label": "ci", "warn_before_expiry": "14d", "fail_before_expiry": "7d", "revoke_on_destroy": true}
	estate, key, _ := expiring(t, config)
	config["warn_before_expiry"] = "10d"
	update := key.Plan(t, config)
	creation := estate.NewManagedResource(apiKeyType)
	adoption := creation.Plan(t, acctest.Object{"key_id": ownKeyID, "warn_before_expiry": "14d", "revoke_on_destroy": false})

	estate.Clock.Advance(25 * day)
	key.Apply(t.Context(), t, update).MustNotFail(t)
	creation.Apply(t.Context(), t, adoption).MustNotFail(t)
	if used, want := creation.String(t, "last_active_at"), inDays(25).Format(time.RFC3339); used != want {
		t.Errorf("last_active_at is %s, want %s", used, want)
	}
	key.Plan(t, config).Diagnostics.MustFail(t, `API key "ci" (ci-id) expires too soon`)
}

// The same without a CLI, which takes minutes for a thousand resources: ten at a
// time, as a CLI walks them.
func TestOrgAPIKey_readsOfOneRunShareOneList(t *testing.T) {
	t.Parallel()
	for _, count := range []int{1, 100, 1000} {
		t.Run(fmt.Sprint(count), func(t *testing.T) {
			t.Parallel()
			estate, organization := newKeyOwner(t, manyKeys(count-1)...)
			process := estate.StartProcess(t)
			readers := errgroup.Group{}
			readers.SetLimit(10)
			for _, key := range organization.APIKeys() {
				state := process.Encode(process.Schemas.ResourceSchemas[apiKeyType], acctest.Object{
					"id": key.ID, "organization_id": organization.ID(), "revoke_on_destroy": true,
				})
				readers.Go(func() error { return refreshState(t.Context(), process, apiKeyType, state) })
			}
			if err := readers.Wait(); err != nil {
				t.Error(err)
			}
			mustHaveListedOnce(t, estate, count)
		})
	}
}

// refreshState refreshes a resource in a process that it shares.
func refreshState(ctx context.Context, process *acctest.Process, typeName string, state *tfprotov6.DynamicValue) error {
	response, err := process.Server.ReadResource(ctx, &tfprotov6.ReadResourceRequest{TypeName: typeName, CurrentState: state})
	if err != nil {
		return err
	}
	if errors := acctest.Diagnostics(response.Diagnostics).Errors(); len(errors) > 0 {
		return fmt.Errorf("not read: %q", errors)
	}
	return nil
}

// mustHaveListedOnce checks that all pages of so many keys were asked for once,
// one after the other by one connection; net/http may have dialled one more than
// it used.
func mustHaveListedOnce(t *testing.T, estate *acctest.Estate, keys int) {
	t.Helper()
	pages := (keys + 99) / 100
	if asked, all := listings(estate), len(estate.Simulator.Cloud().Requests()); asked != pages || all != pages {
		t.Errorf("%d requests, of which %d list keys, want %d", all, asked, pages)
	}
	if connections := estate.Simulator.Cloud().Connections(); connections > 2 {
		t.Errorf("%d connections", connections)
	}
}
