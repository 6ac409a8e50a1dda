// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

func TestCloudRateLimit_isOneForAllKeysOfAnOrganization(t *testing.T) {
	t.Parallel()
	_, s, clock := newOrganization(t, []string{"read:orgs:admin"}, func(c *simulator.OrganizationConfig) {
		c.RateLimit = simulator.CloudRateLimit{Requests: 2}
	})
	s.AddOrganization(simulator.OrganizationConfig{APIKeys: []simulator.APIKey{{Secret: "other"}}})
	clock.Advance(20 * time.Second)
	request := askCloud(s, http.MethodGet, "/admin/v1/orgs")
	for n, remaining := range []string{"1", "0"} {
		got := request.bearer([]string{unscoped, scoped}[n]).send(t).wantStatus(t, http.StatusOK)
		wantEqual(t, "X-RateLimit-Limit", got.header.Get("X-RateLimit-Limit"), "2")
		wantEqual(t, "X-RateLimit-Remaining", got.header.Get("X-RateLimit-Remaining"), remaining)
		wantEqual(t, "X-RateLimit-Reset", got.header.Get("X-RateLimit-Reset"), "2026-03-01T12:01Z")
	}
	got := request.send(t).wantStatus(t, http.StatusTooManyRequests)
	wantEqual(t, "body", got.body, `{"code":429,"message":"Too Many Requests"}`)
	wantEqual(t, "Retry-After", got.header.Get("Retry-After"), "")
	request.bearer("other").send(t).wantStatus(t, http.StatusOK)

	clock.Advance(40 * time.Second)
	request.send(t).wantStatus(t, http.StatusOK)
}

func TestCloudRateLimit_resetComesInBothForms(t *testing.T) {
	t.Parallel()
	_, s, clock := newOrganization(t, nil, func(c *simulator.OrganizationConfig) {
		c.RateLimit = simulator.CloudRateLimit{
			Requests: 1, Period: 30 * time.Second, ResetWithSeconds: true, RetryAfter: true,
		}
	})
	clock.Advance(10 * time.Second)
	request := askCloud(s, http.MethodGet, "/admin/v1/orgs")
	request.send(t).wantStatus(t, http.StatusOK)
	got := request.send(t).wantStatus(t, http.StatusTooManyRequests)
	wantEqual(t, "X-RateLimit-Reset", got.header.Get("X-RateLimit-Reset"), "2026-03-01T12:00:30Z")
	wantEqual(t, "Retry-After", got.header.Get("Retry-After"), "20")
}

func TestCloudRateLimit_userManagementSendsNoBody(t *testing.T) {
	t.Parallel()
	_, s, _ := newOrganization(t, nil, func(c *simulator.OrganizationConfig) {
		c.RateLimit = simulator.CloudRateLimit{Requests: 1}
	})
	request := askCloud(s, http.MethodGet, "/users/x/manage")
	request.send(t).wantStatus(t, http.StatusNotFound)
	wantEqual(t, "body", request.send(t).wantStatus(t, http.StatusTooManyRequests).body, "")
}

func TestCloudRateLimit_eventsHaveOneOfTheirOwn(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		unlimited bool
		want      int
	}{
		"documented": {false, http.StatusTooManyRequests},
		"lifted":     {true, http.StatusOK},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, s, clock := newOrganization(t, nil, func(c *simulator.OrganizationConfig) {
				c.UnlimitedEvents = test.unlimited
			})
			request := askCloud(s, http.MethodGet, "/admin/v1/orgs/{org}/events")
			for range 10 {
				request.send(t).wantStatus(t, http.StatusOK)
			}
			request.send(t).wantStatus(t, test.want)
			askCloud(s, http.MethodGet, "/admin/v1/orgs/{org}/event-actions").send(t).wantStatus(t, http.StatusOK)
			clock.Advance(time.Minute)
			request.send(t).wantStatus(t, http.StatusOK)
		})
	}
}
