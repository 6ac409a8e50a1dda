// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"
	"github.com/hashicorp/terraform-plugin-testing/knownvalue"
	"github.com/hashicorp/terraform-plugin-testing/statecheck"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const (
	orgEventsType = "atlassian_org_events"

	orgEvents address = "data.atlassian_org_events.test"

	eventsPath = "/events"
)

func orgEventsConfig(estate *acctest.Estate, lines string) string {
	return estate.ProviderBlock() + "data \"atlassian_org_events\" \"test\" {\n" + lines + "\n}\n"
}

// newAuditedOrganization starts an estate with one organization, in whose log
// Ada logged in at 8:00, Bob revoked a key at 9:00 and Ada logged in at 10:00.
func newAuditedOrganization(t *testing.T) (*acctest.Estate, *simulator.Organization) {
	t.Helper()
	estate := acctest.NewEstate(t)
	organization := estate.AddOrganization(simulator.OrganizationConfig{})
	ada := simulator.User{ID: "ada-id", Name: "Ada", Email: "ada@example.com"}
	organization.AddEvent(simulator.Event{Action: "user_logged_in_as_user", Actor: ada})
	estate.Clock.Advance(time.Hour)
	organization.AddEvent(simulator.Event{
		ID: "revocation", Action: "admin_api_key_revoked", Actor: simulator.User{ID: "bob-id", Name: "Bob", Email: "bob@example.com"},
		Context: []simulator.EventObject{{ID: "key-1", Type: "api-keys"}}, IP: "192.0.2.1", City: "Austin", CountryName: "United States", Message: "Revoked ci",
	})
	estate.Clock.Advance(time.Hour)
	organization.AddEvent(simulator.Event{Action: "user_logged_in_as_user", Actor: ada})
	return estate, organization
}

func TestAccOrgEvents_tellsWhoRevokedWhat(t *testing.T) {
	t.Parallel()
	estate, organization := newAuditedOrganization(t)
	text := knownvalue.StringExact
	revocation := knownvalue.ObjectExact(map[string]knownvalue.Check{
		"id": text("revocation"), "time": text("2026-01-05T09:00:00Z"), "action": text("admin_api_key_revoked"),
		"actor_id": text("bob-id"), "actor_name": text("Bob"), "actor_email": text("bob@example.com"),
		"token_id": knownvalue.Null(), "token_label": knownvalue.Null(), "message": text("Revoked ci"),
		"ip": text("192.0.2.1"), "city": text("Austin"), "country": text("United States"),
		"objects":    knownvalue.ListExact([]knownvalue.Check{knownvalue.ObjectExact(map[string]knownvalue.Check{"id": text("key-1"), "type": text("api-keys")})}),
		"containers": knownvalue.ListSizeExact(0),
	})
	for _, name := range []string{"admin_api_key_revoked", "revoked admin API key"} {
		run(t, estate, resource.TestStep{
			Config: orgEventsConfig(estate, "action = \""+name+"\""),
			ConfigStateChecks: []statecheck.StateCheck{
				orgEvents.has("id", text(organization.ID())),
				orgEvents.has("organization_id", text(organization.ID())),
				orgEvents.has("events", knownvalue.ListExact([]knownvalue.Check{revocation})),
				orgEvents.has("truncated", knownvalue.Bool(false)),
			},
		})
	}
}

func TestOrgEvents_keepsToTheQuery(t *testing.T) {
	t.Parallel()
	estate, _ := newAuditedOrganization(t)
	for name, test := range map[string]struct {
		config          acctest.Object
		want, truncated string
	}{
		"all":         {acctest.Object{}, "3", "false"},
		"from":        {acctest.Object{"from": "2026-01-05T09:00:00Z"}, "2", "false"},
		"from and to": {acctest.Object{"from": "2026-01-05T08:30:00Z", "to": "2026-01-05T10:30:00+01:00"}, "1", "false"},
		"actor":       {acctest.Object{"actor": "ada-id"}, "2", "false"},
		"q":           {acctest.Object{"q": "revoked"}, "1", "false"},
		"limit":       {acctest.Object{"limit": 3}, "3", "false"},
		"too many":    {acctest.Object{"limit": 2}, "2", "true"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate.MustRead(t, orgEventsType, test.config, map[string]string{"events.#": test.want, "truncated": test.truncated})
		})
	}
}

func TestOrgEvents_refusesBadInput(t *testing.T) {
	t.Parallel()
	estate, _ := newAuditedOrganization(t)
	for words, config := range map[string]acctest.Object{
		"RFC3339":                          {"to": "tomorrow"},
		"Period ends before it begins":     {"from": "2026-01-06T00:00:00Z", "to": "2026-01-05T00:00:00Z"},
		"must be at least 1":               {"limit": -1},
		`Unknown action "Revoked API key"`: {"action": "Revoked API key"},
		`These come close: "Revoked admin API key", "Created admin API key".`: {"action": "Revoked API key"},
		"None comes close": {"action": "xyzzy"},
		"not read":         {"organization_id": "00000000-0000-0000-0000-000000000000"},
	} {
		estate.MustNotRead(t, orgEventsType, config, words)
	}
}

func TestOrgEvents_failsWhereTheLogIsClosed(t *testing.T) {
	t.Parallel()
	estate, _ := newAuditedOrganization(t)
	for path, config := range map[string]acctest.Object{eventsPath: {}, "/event-actions": {"action": "Revoked admin API key"}} {
		estate.Simulator.Cloud().ClearFaults()
		estate.Simulator.Cloud().Inject(simulator.Fault{Kind: simulator.Status, Status: http.StatusForbidden, Path: path})
		estate.MustNotRead(t, orgEventsType, config, "needs Atlassian Guard or a Cloud Enterprise plan")
	}
}

func TestOrgEvents_needsAnOrganizationAndAKey(t *testing.T) {
	t.Parallel()
	estate := acctest.NewEstate(t)
	estate.MustNotRead(t, orgEventsType, acctest.Object{}, "Organization missing")
	estate.MustNotRead(t, orgEventsType, acctest.Object{"organization_id": "0"}, "API key missing")
}
