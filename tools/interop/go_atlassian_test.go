// SPDX-License-Identifier: MPL-2.0

// Package interop_test has foreign clients talk to the simulator: what they
// were written for is the real service. It is a module of its own, so that no
// other build needs those clients.
package interop_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/ctreminiom/go-atlassian/admin"
	"github.com/ctreminiom/go-atlassian/pkg/infra/models"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const (
	orgID  = "0c632b13-d717-4d1f-b895-208a5599d2f2"
	secret = "organization-api-key"
	annID  = "557057:4f9acfd2-6155-419b-8de5-5b5cf27a59a0"
)

// now is what the simulator takes the time to be.
func now() time.Time {
	return time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)
}

// newClient returns go-atlassian's client of a simulator with an organization
// that has 60 accounts, 40 events and two API tokens of a user.
func newClient(t *testing.T) (*admin.Client, *simulator.Organization) {
	t.Helper()
	s := simulator.New(simulator.WithClock(now))
	t.Cleanup(s.Close)
	config := simulator.OrganizationConfig{
		ID: orgID, Name: "Acme", APIKeys: []simulator.APIKey{{Secret: secret}}, UnlimitedEvents: true,
		Users: []simulator.User{{ID: annID, Name: "Ann", Email: "ann@example.com"}},
		UserAPITokens: []simulator.UserAPIToken{
			{ID: "t1", Label: "laptop", UserID: annID, LastActiveAt: now()}, {ID: "t2", Label: "build", UserID: annID},
		},
	}
	for n := range 59 {
		config.Users = append(config.Users, simulator.User{ID: fmt.Sprint("user-", n)})
	}
	organization := s.AddOrganization(config)
	for n := range 40 {
		organization.AddEvent(simulator.Event{
			ID: fmt.Sprint("event-", n), Time: now().Add(time.Duration(n-40) * time.Minute), Action: "user_login",
			Actor: simulator.User{ID: annID, Name: "Ann"}, Context: []simulator.EventObject{{ID: "x", Type: "users"}}, IP: "10.0.0.1",
		})
	}
	client, err := admin.New(new(http.Client))
	if err != nil {
		t.Fatal(err)
	}
	if client.Site, err = url.Parse(s.CloudURL() + "/"); err != nil {
		t.Fatal(err)
	}
	client.Auth.SetBearerToken(secret)
	return client, organization
}

// call is what go-atlassian was asked, and what it made of the answer.
type call struct {
	name string
	do   func(context.Context, *admin.Client) (result string, response *models.ResponseScheme, err error)
	want string
	err  error
}

func TestGoAtlassian_understandsTheSimulator(t *testing.T) {
	t.Parallel()
	client, organization := newClient(t)
	for _, c := range organizationCalls() {
		c.check(t, client)
	}
	for _, c := range eventCalls() {
		c.check(t, client)
	}
	for _, c := range tokenCalls() {
		c.check(t, client)
	}
	if left := organization.UserAPITokens(); len(left) != 1 || left[0].ID != "t2" {
		t.Errorf("tokens left: %v", left)
	}
	client.Auth.SetBearerToken("nonsense")
	call{"Organization.Gets without a valid key", organizations, "", models.ErrUnauthorized}.check(t, client)
}

func (c call) check(t *testing.T, client *admin.Client) {
	t.Helper()
	result, response, err := c.do(t.Context(), client)
	if !errors.Is(err, c.err) || result != c.want {
		t.Errorf("%s: got %q and %v, want %q and %v", c.name, result, err, c.want, c.err)
	}
	if response == nil {
		t.Errorf("%s: no response", c.name)
		return
	}
	if err != nil {
		result = err.Error()
	}
	t.Logf("%s: %s %s: %d: %s", c.name, response.Method, path(response.Endpoint), response.Code, result)
}

// path leaves the host out, which is another one each time.
func path(endpoint string) string {
	address, err := url.Parse(endpoint)
	if err != nil {
		return endpoint
	}
	return address.RequestURI()
}

func organizations(ctx context.Context, c *admin.Client) (string, *models.ResponseScheme, error) {
	page, response, err := c.Organization.Gets(ctx, "")
	if err != nil {
		return "", response, err
	}
	return fmt.Sprintf("%d: %s", len(page.Data), page.Data[0].Attributes.Name), response, nil
}

func organizationCalls() []call {
	return []call{
		{"Organization.Gets", organizations, "1: Acme", nil},
		{"Organization.Get", func(ctx context.Context, c *admin.Client) (string, *models.ResponseScheme, error) {
			one, response, err := c.Organization.Get(ctx, orgID)
			if err != nil {
				return "", response, err
			}
			return one.Data.ID, response, nil
		}, orgID, nil},
		{"Organization.Get of an unknown one", func(ctx context.Context, c *admin.Client) (string, *models.ResponseScheme, error) {
			_, response, err := c.Organization.Get(ctx, "11111111-2222-3333-4444-555555555555")
			return "", response, err
		}, "", models.ErrNotFound},
		{"Organization.Users", users(""), "50 of 60", nil},
		{"Organization.Users, by the link to page 2", secondUsers, "10 of 60", nil},
		{"Organization.Users, by no cursor", users("nonsense"), "", models.ErrBadRequestError},
		{"Organization.Actions", func(ctx context.Context, c *admin.Client) (string, *models.ResponseScheme, error) {
			actions, response, err := c.Organization.Actions(ctx, orgID)
			if err != nil {
				return "", response, err
			}
			return actions.Data[0].Attributes.DisplayName, response, nil
		}, "Created admin API key", nil},
	}
}

func users(cursor string) func(context.Context, *admin.Client) (string, *models.ResponseScheme, error) {
	return func(ctx context.Context, c *admin.Client) (string, *models.ResponseScheme, error) {
		page, response, err := c.Organization.Users(ctx, orgID, cursor)
		if err != nil {
			return "", response, err
		}
		return fmt.Sprintf("%d of %d", len(page.Data), page.Meta.Total), response, nil
	}
}

func secondUsers(ctx context.Context, c *admin.Client) (string, *models.ResponseScheme, error) {
	page, response, err := c.Organization.Users(ctx, orgID, "")
	if err != nil {
		return "", response, err
	}
	next, err := url.Parse(page.Links.Next)
	if err != nil {
		return "", response, err
	}
	return users(next.Query().Get("cursor"))(ctx, c)
}

func eventCalls() []call {
	return []call{
		{"Organization.Events", events(nil), "30, then 10", nil},
		{"Organization.Events by action", events(&models.OrganizationEventOptScheme{Action: "user_logout"}), "0", nil},
		{"Organization.Events by text", events(&models.OrganizationEventOptScheme{Q: "ANN"}), "30, then 10", nil},
		// go-atlassian sends seconds where milliseconds are documented, so that
		// its times lie in January 1970.
		{"Organization.Events from now", events(&models.OrganizationEventOptScheme{From: now()}), "30, then 10", nil},
		{"Organization.Events until now", events(&models.OrganizationEventOptScheme{To: now()}), "0", nil},
		{"Organization.Event", func(ctx context.Context, c *admin.Client) (string, *models.ResponseScheme, error) {
			one, response, err := c.Organization.Event(ctx, orgID, "event-3")
			if err != nil {
				return "", response, err
			}
			return one.Data.Attributes.Action + " from " + one.Data.Attributes.Location.IP, response, nil
		}, "user_login from 10.0.0.1", nil},
		{"Organization.Event of an unknown one", func(ctx context.Context, c *admin.Client) (string, *models.ResponseScheme, error) {
			_, response, err := c.Organization.Event(ctx, orgID, "nonsense")
			return "", response, err
		}, "", models.ErrNotFound},
	}
}

// events reads the first page, and the second where meta.next leads to one.
func events(options *models.OrganizationEventOptScheme) func(context.Context, *admin.Client) (string, *models.ResponseScheme, error) {
	return func(ctx context.Context, c *admin.Client) (string, *models.ResponseScheme, error) {
		first, response, err := c.Organization.Events(ctx, orgID, options, "")
		if err != nil || first.Meta.Next == "" {
			return fmt.Sprint(len(first.Data)), response, err
		}
		second, response, err := c.Organization.Events(ctx, orgID, options, first.Meta.Next)
		if err != nil {
			return "", response, err
		}
		return fmt.Sprintf("%d, then %d", len(first.Data), len(second.Data)), response, nil
	}
}

func tokenCalls() []call {
	return []call{
		{"User.Permissions", permissions(nil), "read true, delete true", nil},
		{"User.Permissions of two privileges", permissions([]string{"apiToken.read", "apiToken.delete"}), "read true, delete true", nil},
		{"User.Token.Gets", func(ctx context.Context, c *admin.Client) (string, *models.ResponseScheme, error) {
			tokens, response, err := c.User.Token.Gets(ctx, annID)
			if err != nil {
				return "", response, err
			}
			return fmt.Sprintf("%d: %s, last used %s", len(tokens), tokens[0].Label, tokens[0].LastAccess.Format(time.DateOnly)), response, nil
		}, "2: laptop, last used 2026-03-01", nil},
		{"User.Token.Delete", deleteToken("t1"), "", nil},
		{"User.Token.Delete of an unknown one", deleteToken("t1"), "", models.ErrNotFound},
	}
}

func permissions(privileges []string) func(context.Context, *admin.Client) (string, *models.ResponseScheme, error) {
	return func(ctx context.Context, c *admin.Client) (string, *models.ResponseScheme, error) {
		granted, response, err := c.User.Permissions(ctx, annID, privileges)
		if err != nil {
			return "", response, err
		}
		return fmt.Sprintf("read %t, delete %t", granted.APITokenRead.Allowed, granted.APITokenDelete.Allowed), response, nil
	}
}

func deleteToken(id string) func(context.Context, *admin.Client) (string, *models.ResponseScheme, error) {
	return func(ctx context.Context, c *admin.Client) (string, *models.ResponseScheme, error) {
		response, err := c.User.Token.Delete(ctx, annID, id)
		return "", response, err
	}
}
