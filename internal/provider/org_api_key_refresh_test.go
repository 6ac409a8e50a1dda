package provider_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"
	"golang.org/x/sync/errgroup"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

func TestAccOrgAPIKey_keyRevokedElsewhereLeavesTheState(t *testing.T) {
	t.Parallel()
	for name, guesses := range map[string]simulator.CloudGuesses{"stays listed": {}, "vanishes": {HideRevokedKeys: true}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, organization := newKeyOwnerLike(t, simulator.OrganizationConfig{Guesses: guesses}, labelled("ci-1"), labelled("ci-2"))
			run(t, estate,
				resource.TestStep{Config: apiKeyConfig(label("ci-1"))},
				resource.TestStep{
					PreConfig:        func() { organization.RevokeAPIKey("ci-1-id") },
					Config:           apiKeyConfig(label("ci-2")),
					ConfigPlanChecks: keyPlans(plancheck.ResourceActionCreate),
				})
			if sent := revocations(estate); sent != 1 {
				t.Errorf("%d revocations were sent, want that of ci-2 alone", sent)
			}
		})
	}
}

func TestOrgAPIKey_refreshSaysWhyAKeyIsGone(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		guesses simulator.CloudGuesses
		want    string
	}{
		"stays listed": {simulator.CloudGuesses{}, "was revoked at 2026-01-05T08:00:00Z"},
		"vanishes":     {simulator.CloudGuesses{HideRevokedKeys: true}, "no longer lists"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate, organization := newKeyOwnerLike(t, simulator.OrganizationConfig{Guesses: test.guesses}, labelled("ci"))
			key := estate.NewManagedResource(apiKeyType)
			key.Create(t, acctest.Object{"label": "ci"})
			organization.RevokeAPIKey("ci-id")
			key.Refresh(t).MustWarn(t, "API key gone", `"ci" (ci-id)`, test.want, organization.ID(), "The audit log says that Other Administrator did it, at 2026-01-05T08:00:00Z.")
		})
	}
}

// Once the provider's own key is revoked every answer is 401, which loses nothing.
func TestOrgAPIKey_ownKeyRevokedElsewhereIsAnError(t *testing.T) {
	t.Parallel()
	estate, organization := newKeyOwner(t, labelled("ci"))
	key := estate.NewManagedResource(apiKeyType)
	key.Create(t, acctest.Object{"label": "ci"})
	organization.RevokeAPIKey(ownKeyID)
	key.Refresh(t).MustFail(t, "401", "revoked or expired")
}

func TestAccOrgAPIKey_expiredKeyIsKept(t *testing.T) {
	t.Parallel()
	short := labelled("ci")
	short.ExpiresAt = inDays(30)
	estate, organization := newKeyOwner(t, short)
	config := apiKeyConfig(label("ci"))
	run(t, estate,
		resource.TestStep{Config: config},
		resource.TestStep{
			PreConfig:         func() { estate.Clock.Advance(30 * day) },
			Config:            config,
			ConfigPlanChecks:  keyPlans(plancheck.ResourceActionNoop),
			ConfigStateChecks: []statecheck.StateCheck{keyHasText("status", "expired"), keyHas("expires_soon", knownvalue.Bool(true))},
		})
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
	}{
		"default":    {nil, 16 * day, "API key expires soon"},
		"own window": {"20d", 10 * day, "API key expires soon"},
		"none":       {"0s", 30 * day, "API key has expired"},
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
			if plan.Changes() {
				t.Error("the plan changes something")
			}
		})
	}
}

func TestOrgAPIKey_failsBeforeExpiryUntilItIsReplaced(t *testing.T) {
	t.Parallel()
	config := acctest.Object{"label": "ci", "warn_before_expiry": "14d", "fail_before_expiry": "7d", "revoke_on_destroy": true}
	estate, key, organization := expiring(t, config)
	estate.Clock.Advance(23*day - time.Second)
	key.Plan(t, config).Diagnostics.MustNotFail(t)
	estate.Clock.Advance(time.Second)
	key.Plan(t, config).Diagnostics.MustFail(t, "API key expires too soon", `"7d"`, "2026-02-04T08:00:00Z")
	key.PlanDestroy(t).MustNotFail(t)
	estate.Clock.Advance(30 * day)
	key.Plan(t, config).Diagnostics.MustFail(t, "API key expires too soon")

	config["label"] = "ci-next"
	plan := key.Plan(t, config)
	plan.Diagnostics.MustNotFail(t)
	if !plan.Changes() {
		t.Error("the successor does not replace the key")
	}
	verify(t, revoked(estate, organization))
}

// A new key that would fail the next plan fails this one.
func TestOrgAPIKey_failsToAdoptWhatExpiresTooSoon(t *testing.T) {
	t.Parallel()
	short := labelled("short")
	short.ExpiresAt = inDays(5)
	estate, _ := newKeyOwner(t, labelled("ci"), short)
	config := acctest.Object{"label": "short", "warn_before_expiry": "14d", "fail_before_expiry": "7d", "revoke_on_destroy": true}
	planKey(t, estate, config).MustFail(t, "API key expires too soon", `"short" (short-id)`)

	key := estate.NewManagedResource(apiKeyType)
	config["label"] = "ci"
	key.Create(t, config)
	config["label"] = "short"
	key.Plan(t, config).Diagnostics.MustFail(t, "API key expires too soon", `"short" (short-id)`)
	delete(config, "fail_before_expiry")
	key.Plan(t, config).Diagnostics.MustWarn(t, "API key revocation planned", `"ci" (ci-id)`)
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
	key.Plan(t, config).Diagnostics.MustFail(t, "API key expires too soon")
}

// A refresh asks once, whatever the number of resources and data sources.
func TestAccOrgAPIKey_refreshListsTheKeysOnce(t *testing.T) {
	t.Parallel()
	const count = 100
	// The provider's own key is one of them.
	estate, _ := newKeyOwner(t, manyKeys(count-1)...)
	workspace := estate.NewWorkspace(t)
	workspace.MustConfigure(fmt.Sprintf(`
provider "atlassian" {}
data "atlassian_org_api_keys" "all" {}
data "atlassian_org_api_keys" "active" { status = "active" }
resource "atlassian_org_api_key" "test" {
  count             = %d
  key_id            = data.atlassian_org_api_keys.all.api_keys[count.index].id
  revoke_on_destroy = false
}`, count))
	workspace.MustRun(0, "apply", "-auto-approve")
	estate.Simulator.Cloud().ResetLog()
	workspace.MustRun(0, "plan", "-detailed-exitcode")
	mustHaveListedOnce(t, estate, count)
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
