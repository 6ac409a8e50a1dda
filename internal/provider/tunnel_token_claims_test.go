// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"strings"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
)

// However a configuration names the tunnel twice, its plan is refused.
func TestTunnelToken_secondResourceForATunnelIsRefused(t *testing.T) {
	t.Parallel()
	for name, second := range map[string]func(*tunnelSite) acctest.Object{
		"the UUID":               func(*tunnelSite) acctest.Object { return acctest.Object{} },
		"the UUID in upper case": func(*tunnelSite) acctest.Object { return acctest.Object{"hostname": strings.ToUpper(tunnelID)} },
		"its host name":          func(*tunnelSite) acctest.Object { return acctest.Object{"hostname": tunnelID + ".atlassian.com"} },
		"its URL": func(*tunnelSite) acctest.Object {
			return acctest.Object{"hostname": "https://" + tunnelID + ".atlassian.com/"}
		},
		"organization spelled": func(s *tunnelSite) acctest.Object { return acctest.Object{"organization_id": s.organization.ID()} },
		"organization upper case": func(s *tunnelSite) acctest.Object {
			return acctest.Object{"organization_id": strings.ToUpper(s.organization.ID())}
		},
		"another instance": func(*tunnelSite) acctest.Object { return acctest.Object{"instance": nil} },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			other := handedOver(second(site), acctest.Object{"preflight": false})
			refused := []string{"Two resources manage the tunnel", tunnelID, "Nothing was changed"}

			creating := site.StartProcess(t)
			site.token().PlanIn(t, creating, handedOver()).Diagnostics.MustNotFail(t)
			site.token().PlanIn(t, creating, other).Diagnostics.MustFail(t, refused...)

			token := site.token()
			token.Create(t, handedOver())
			keeping := site.StartProcess(t)
			token.PlanIn(t, keeping, handedOver()).Diagnostics.MustNotFail(t)
			site.token().PlanIn(t, keeping, other).Diagnostics.MustFail(t, refused...)

			reversed := site.StartProcess(t)
			site.token().PlanIn(t, reversed, other).Diagnostics.MustNotFail(t)
			token.PlanIn(t, reversed, handedOver()).Diagnostics.MustFail(t, refused...)
			verify(t, site.regenerated(1))
		})
	}
}

// Two that are in state already can only be told of: a refusal would keep
// everything else from being planned.
func TestTunnelToken_secondResourceInStateIsWarnedOf(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	one, other := site.token(), site.token()
	one.Import(t, tunnelID).MustBeQuiet(t)
	other.Import(t, tunnelID).MustBeQuiet(t)
	process := site.StartProcess(t)
	one.PlanIn(t, process, stored()).Diagnostics.MustBeQuiet(t)
	other.PlanIn(t, process, stored(acctest.Object{"preflight": false})).Diagnostics.
		MustWarn(t, "Two resources manage the tunnel", "Both are in state", "removed block")
}

// Nothing that a single resource does is taken for a second one.
func TestTunnelToken_singleResourceIsNotRefused(t *testing.T) {
	t.Parallel()
	for name, plans := range map[string]func(t *testing.T, site *tunnelSite, token *acctest.ManagedResource) *acctest.Plan{
		"-replace": func(t *testing.T, _ *tunnelSite, token *acctest.ManagedResource) *acctest.Plan {
			return token.PlanReplacement(t, handedOver())
		},
		"-replace beside another configuration": func(t *testing.T, _ *tunnelSite, token *acctest.ManagedResource) *acctest.Plan {
			return token.PlanReplacement(t, handedOver(released("1")))
		},
		"taint": func(t *testing.T, _ *tunnelSite, token *acctest.ManagedResource) *acctest.Plan {
			token.Taint()
			return token.Plan(t, handedOver())
		},
		"create_before_destroy": func(t *testing.T, _ *tunnelSite, token *acctest.ManagedResource) *acctest.Plan {
			token.CreateBeforeDestroy = true
			return token.PlanReplacement(t, handedOver())
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			site := newTunnelSite(t)
			token := site.token()
			token.Create(t, handedOver())
			plan := plans(t, site, token)
			plan.Diagnostics.MustNotFail(t)
			plan.MustHold(t, map[string]string{"rotation_reason": "creation"})
			token.Apply(t.Context(), t, plan).MustNotFail(t)
			verify(t, site.regenerated(2), site.connected())
		})
	}
}

func TestTunnelToken_importIsNotRefused(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	token := site.token()
	token.Import(t, tunnelID).MustBeQuiet(t)
	process := site.StartProcess(t)
	token.PlanIn(t, process, stored()).Diagnostics.MustBeQuiet(t)
}

// Two tunnels may lead to one instance, and two organizations may have tunnels
// of their own.
func TestTunnelToken_differentTunnelsAreNotRefused(t *testing.T) {
	t.Parallel()
	site := newTunnelSite(t)
	process := site.StartProcess(t)
	for _, config := range []acctest.Object{
		handedOver(),
		handedOver(acctest.Object{"hostname": "11111111-2222-4333-8444-555555555555"}),
		handedOver(acctest.Object{"organization_id": "another"}),
		handedOver(acctest.Object{"hostname": acctest.Unknown{}}),
		handedOver(acctest.Object{"hostname": acctest.Unknown{}, "preflight": false}),
	} {
		site.token().PlanIn(t, process, config).Diagnostics.MustNotFail(t)
	}
}
