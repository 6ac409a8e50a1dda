// SPDX-License-Identifier: MPL-2.0

package datacenter

import (
	"net/url"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
)

func instanceAt(t *testing.T, sites *Sites, address string) *Instance {
	t.Helper()
	base, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return New(Config{Client: transport.New(transport.Config{BaseURL: base}), Sites: sites})
}

func TestInstance_sharesItsSiteWithEverySpellingOfTheBaseURL(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		one, other string
		same       bool
	}{
		"host in upper case":  {"https://jira.example.com", "https://JIRA.Example.com", true},
		"scheme in any case":  {"https://jira.example.com", "HTTPS://jira.example.com", true},
		"default port":        {"https://jira.example.com", "https://jira.example.com:443", true},
		"default port, http":  {"http://localhost", "http://localhost:80", true},
		"slashes at the end":  {"https://jira.example.com/jira", "https://jira.example.com/jira//", true},
		"slashes in between":  {"https://jira.example.com/apps/jira", "https://jira.example.com//apps///jira", true},
		"dot after the host":  {"https://jira.example.com", "https://jira.example.com.", true},
		"IPv6":                {"https://[2001:DB8::1]/", "https://[2001:db8::1]:443", true},
		"other port":          {"https://jira.example.com", "https://jira.example.com:8443", false},
		"other scheme":        {"https://localhost", "http://localhost", false},
		"other context path":  {"https://example.com/jira", "https://example.com/wiki", false},
		"context path's case": {"https://example.com/jira", "https://example.com/Jira", false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			sites := NewSites()
			one, other := instanceAt(t, sites, test.one), instanceAt(t, sites, test.other)
			if same := one.siteState == other.siteState; same != test.same {
				t.Errorf("shared: %t, want %t", same, test.same)
			}
			if same := one.Site() == other.Site(); same != test.same {
				t.Errorf("sites are %s and %s", one.Site(), other.Site())
			}
		})
	}
}
