package provider_test

import (
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

func TestAccDCAESRotation_createChecksLooksRotatesAndLooks(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	active := jira.ActiveKey()
	run(t, estate, resource.TestStep{
		Config:           aesRotationConfig(estate, ""),
		ConfigPlanChecks: aesRotation.plans(plancheck.ResourceActionCreate, aesRotation.opens("last_rotated_at")),
		Check: resource.ComposeTestCheckFunc(rotated(jira, 1), sent(jira,
			"GET /status",
			"GET /rest/applinks/1.0/manifest",
			listInactive,
			"GET /rest/api/2/cluster/zdu/state",
			"GET /rest/api/2/cluster/nodes",
			rotateKey,
			listInactive,
		)),
		ConfigStateChecks: []statecheck.StateCheck{
			aesRotation.hasText("id", "jira"),
			aesRotation.has("inactive_keys", knownvalue.ListExact([]knownvalue.Check{knownvalue.StringExact("old-key"), knownvalue.StringExact(active)})),
			aesRotation.has("inactive_since", knownvalue.MapExact(map[string]knownvalue.Check{
				"old-key": knownvalue.StringExact("2026-01-05T08:00:00Z"),
				active:    knownvalue.StringExact("2026-01-05T08:00:00Z"),
			})),
			aesRotation.hasText("last_rotated_at", "2026-01-05T08:00:00Z"),
			aesRotation.has("next_rotation_at", knownvalue.Null()),
			aesRotation.has("rotation_due", knownvalue.Bool(false)),
			aesRotation.has("deletion_due", knownvalue.Bool(false)),
			aesRotation.hasText("rotation_origin", "terraform"),
			aesRotation.has("rotation_attempted_at", knownvalue.Null()),
			aesRotation.hasText("rotation_status", "SUCCESS"),
			aesRotation.hasText("rotation_message", "AES key rotated successfully"),
			aesRotation.hasText("product", "jira"),
			aesRotation.has("version", knownvalue.NotNull()),
		},
	})
}

func TestAccDCAESRotation_createWithoutPreflightLooksRotatesAndLooks(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	run(t, estate, resource.TestStep{
		Config: aesRotationConfig(estate, "preflight = false"),
		Check:  sent(jira, listInactive, rotateKey, listInactive),
		ConfigStateChecks: []statecheck.StateCheck{
			aesRotation.has("product", knownvalue.Null()),
			aesRotation.has("version", knownvalue.Null()),
		},
	})
}

// Every product is asked for what it offers, and nothing fails for what it does not.
func TestAccDCAESRotation_createRotatesEveryProduct(t *testing.T) {
	t.Parallel()
	estate := acctest.NewEstate(t)
	instances := []*simulator.Instance{
		estate.AddInstance(simulator.InstanceConfig{Name: "jira", Product: simulator.Jira, Token: "jira-token"}),
		estate.AddInstance(simulator.InstanceConfig{Name: "wiki", Product: simulator.Confluence, Token: "wiki-token"}),
		estate.AddInstance(simulator.InstanceConfig{Name: "git", Product: simulator.Bitbucket, ContextPath: "/bitbucket", Password: "git-password"}),
		estate.AddInstance(simulator.InstanceConfig{Name: "crowd", Product: simulator.Crowd, ContextPath: "/crowd", Password: "crowd-password"}),
	}
	config := estate.ProviderBlock()
	var checks []resource.TestCheckFunc
	for _, instance := range instances {
		config += aesRotationBlock(instance.Name(), instance.Name(), "")
		checks = append(checks, rotated(instance, 1))
	}
	for name, product := range map[string]string{"jira": "jira", "wiki": "confluence", "git": "bitbucket", "crowd": "crowd"} {
		checks = append(checks, resource.TestCheckResourceAttr("atlassian_dc_aes_rotation."+name, "product", product))
	}
	run(t, estate, resource.TestStep{Config: config, Check: resource.ComposeAggregateTestCheckFunc(checks...)})
}

func TestAccDCAESRotation_createWithoutRotatingSendsNoWrite(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	run(t, estate, resource.TestStep{
		Config: aesRotationConfig(estate, "rotate_on_create = false"),
		Check: resource.ComposeTestCheckFunc(
			rotated(jira, 0), sent(jira, "GET /status", "GET /rest/applinks/1.0/manifest", listInactive)),
		ConfigStateChecks: []statecheck.StateCheck{
			aesRotation.has("inactive_keys", knownvalue.ListExact([]knownvalue.Check{knownvalue.StringExact("old-key")})),
			aesRotation.has("last_rotated_at", knownvalue.Null()),
			aesRotation.has("next_rotation_at", knownvalue.Null()),
			aesRotation.has("rotation_origin", knownvalue.Null()),
			aesRotation.has("rotation_status", knownvalue.Null()),
		},
	})
}

func TestAccDCAESRotation_destroyForgetsAndSendsNoWrite(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	run(t, estate,
		resource.TestStep{Config: aesRotationConfig(estate, "")},
		resource.TestStep{
			PreConfig: jira.ResetLog,
			Config:    estate.ProviderBlock(),
			Check:     sent(jira, listInactive),
		})
	if keys := jira.InactiveKeys(); len(keys) != 2 {
		t.Errorf("the inactive keys are %q, want the old one and the rotated one", keys)
	}
}

func TestAccDCAESRotation_destroyDeletesInactiveKeysWhereToldTo(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	run(t, estate,
		resource.TestStep{Config: aesRotationConfig(estate, "delete_inactive_keys_on_destroy = true")},
		resource.TestStep{
			PreConfig: jira.ResetLog,
			Config:    estate.ProviderBlock(),
			Check:     sent(jira, listInactive, listInactive, deleteInactive),
		})
	if keys := jira.InactiveKeys(); len(keys) != 0 {
		t.Errorf("the inactive keys are %q, want none", keys)
	}
}

// The plan refreshes before it destroys, so a key that joins later is news.
func TestDCAESRotation_destroyKeepsKeysThatNobodyKnew(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	rotation := estate.NewManagedResource("atlassian_dc_aes_rotation")
	rotation.Create(t, acctest.Object{"instance": "jira", "delete_inactive_keys_on_destroy": true})
	news := jira.Rotate()
	rotation.Destroy(t).MustWarn(t, "Nothing was deleted", news)
	if keys := jira.InactiveKeys(); len(keys) != 3 {
		t.Errorf("the inactive keys are %q, want all three", keys)
	}
}

func TestAccDCAESRotation_anotherInstanceReplaces(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	wiki := estate.AddInstance(simulator.InstanceConfig{Name: "wiki", Product: simulator.Confluence, Token: "wiki-token"})
	run(t, estate,
		resource.TestStep{Config: estate.ProviderBlock() + aesRotationBlock("test", "jira", "")},
		resource.TestStep{
			Config:            estate.ProviderBlock() + aesRotationBlock("test", "wiki", ""),
			ConfigPlanChecks:  aesRotation.plans(plancheck.ResourceActionDestroyBeforeCreate),
			Check:             resource.ComposeTestCheckFunc(rotated(jira, 1), rotated(wiki, 1)),
			ConfigStateChecks: []statecheck.StateCheck{aesRotation.hasText("id", "wiki"), aesRotation.hasText("product", "confluence")},
		})
}
