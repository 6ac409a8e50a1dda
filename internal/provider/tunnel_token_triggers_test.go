package provider_test

import (
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/plancheck"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
)

func TestAccTunnelToken_changedTriggerRegeneratesOnceInPlace(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	run(t, site.Estate,
		resource.TestStep{Config: site.delivering(triggered("1")), Check: site.regenerated(1)},
		resource.TestStep{
			PreConfig:        func() { site.Clock.Advance(day); site.resetLogs() },
			Config:           site.delivering(triggered("2")),
			ConfigPlanChecks: plansRegeneration(),
			Check: resource.ComposeTestCheckFunc(site.connected(), site.hashed(),
				site.sent(askStatus, listInactive, site.regeneration(), deliverToken)),
			ConfigStateChecks: []statecheck.StateCheck{
				tunnelToken.hasText("last_rotated_at", "2026-01-06T08:00:00Z"),
				tunnelToken.hasText("delivered_at", "2026-01-06T08:00:00Z"),
			},
		})
	verify(t, site.regenerated(2))
}

func TestAccTunnelToken_rotatesWhenTheIntervalHasPassed(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	config := site.delivering(`rotation_interval = "7d"`, `early_rotation_window = "1d"`)
	run(t, site.Estate,
		resource.TestStep{
			Config:            config,
			ConfigStateChecks: []statecheck.StateCheck{tunnelToken.hasText("next_rotation_at", "2026-01-12T08:00:00Z")},
		},
		resource.TestStep{
			PreConfig:        func() { site.Clock.Advance(6*day - time.Minute) },
			Config:           config,
			ConfigPlanChecks: tunnelToken.plans(plancheck.ResourceActionNoop),
		},
		resource.TestStep{
			PreConfig:          func() { site.Clock.Advance(time.Minute) },
			RefreshState:       true,
			ExpectNonEmptyPlan: true,
			Check:              resource.ComposeTestCheckFunc(site.regenerated(1), resource.TestCheckResourceAttr(string(tunnelToken), "rotation_due", "true")),
		},
		resource.TestStep{
			Config:           config,
			ConfigPlanChecks: plansRegeneration(),
			Check:            resource.ComposeTestCheckFunc(site.regenerated(2), site.connected()),
			ConfigStateChecks: []statecheck.StateCheck{
				tunnelToken.hasText("next_rotation_at", "2026-01-18T08:00:00Z"),
				tunnelToken.has("rotation_due", knownvalue.Bool(false)),
			},
		})
}

func TestAccTunnelToken_unknownTriggersRegenerateOnlyIfTheyDiffer(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		reference     string
		regenerations int
	}{
		// The output of a replaced terraform_data is unknown until it is there.
		"they turn out equal":     {"terraform_data.upstream.output", 1},
		"they turn out to differ": {"terraform_data.upstream.id", 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			config := upstream + site.delivering("rotate_triggers = { upstream = "+test.reference+" }")
			run(t, site.Estate,
				resource.TestStep{Config: config, ConfigVariables: input("first")},
				resource.TestStep{
					Config:           config,
					ConfigVariables:  input("second"),
					ConfigPlanChecks: plansRegeneration(),
					Check:            resource.ComposeTestCheckFunc(site.regenerated(test.regenerations), site.connected()),
				})
		})
	}
}

// None of these inputs says that there is to be another token.
func TestAccTunnelToken_changedSettingsSendNothing(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	kept := plansNoRegeneration(knownvalue.StringExact("2026-01-05T08:00:00Z"))
	step := func(lines ...string) resource.TestStep {
		return resource.TestStep{PreConfig: site.resetLogs, Config: site.delivering(lines...), ConfigPlanChecks: kept, Check: site.sent()}
	}
	run(t, site.Estate,
		resource.TestStep{Config: site.delivering()},
		step(`rotation_interval = "30d"`),
		step(`rotation_interval = "60d"`, `early_rotation_window = "1d"`),
		step(`timeouts = { create = "30m", update = "30m" }`),
		step("preflight = false"),
		step("rotate_on_create = false"))
	verify(t, site.regenerated(1), site.connected())
}

func TestTunnelToken_plansSayWhyTheyRegenerate(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	token := site.NewManagedResource("atlassian_tunnel_token")
	config := acctest.Object{"hostname": tunnelID, "instance": "jira", "rotation_interval": "7d"}
	created := token.Plan(t, config)
	created.Diagnostics.MustWarn(t, "Tunnel token rotation planned", tunnelID, "rotate_on_create = true")
	token.Apply(t.Context(), t, created).MustBeQuiet(t)

	unchanged := token.Plan(t, config)
	unchanged.Diagnostics.MustBeQuiet(t)
	if unchanged.Changes() {
		t.Error("the plan after a regeneration is not empty")
	}

	triggered := acctest.Object{"hostname": tunnelID, "instance": "jira", "rotate_triggers": acctest.Object{"release": "1"}}
	token.Plan(t, triggered).Diagnostics.MustWarn(t, "Tunnel token rotation planned", "rotates", "rotate_triggers changed")

	site.Clock.Advance(8 * day)
	token.Plan(t, config).Diagnostics.MustWarn(t, "Tunnel token rotation planned", "rotation due since 2026-01-12T08:00:00Z")
}

// The decision falls with the plan: a saved one that regenerates does so a day
// later, and one that does not leaves the token alone although it is due by then.
func TestTunnelToken_savedPlansDoWhatTheySay(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	token := site.NewManagedResource("atlassian_tunnel_token")
	config := acctest.Object{"hostname": tunnelID, "instance": "jira", "rotation_interval": "7d"}
	token.Create(t, config)

	quiet := token.Plan(t, acctest.Object{"hostname": tunnelID, "instance": "jira", "rotation_interval": "7d", "preflight": false})
	site.Clock.Advance(8 * day)
	token.Apply(t.Context(), t, quiet).MustBeQuiet(t)
	verify(t, site.regenerated(1))

	due := token.Plan(t, config)
	site.Clock.Advance(day)
	token.Apply(t.Context(), t, due).MustBeQuiet(t)
	verify(t, site.regenerated(2), site.connected())
}
