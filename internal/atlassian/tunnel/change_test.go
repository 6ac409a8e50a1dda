// SPDX-License-Identifier: MPL-2.0

package tunnel

import "testing"

func TestSameURL_comparesWhereItLeads(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		a, b string
		want bool
	}{
		"the same":               {"https://jira.example.com", "https://jira.example.com", true},
		"slash at the end":       {"https://jira.example.com/", "https://jira.example.com", true},
		"case of the host":       {"https://JIRA.example.com", "https://jira.example.com", true},
		"case of the scheme":     {"HTTPS://jira.example.com", "https://jira.example.com", true},
		"port of https":          {"https://jira.example.com:443", "https://jira.example.com", true},
		"port of http":           {"http://jira.example.com:80/jira", "http://jira.example.com/jira/", true},
		"another host":           {"https://jira.example.com", "https://wiki.example.com", false},
		"another port":           {"https://jira.example.com:8443", "https://jira.example.com", false},
		"another scheme":         {"http://jira.example.com", "https://jira.example.com", false},
		"another context path":   {"https://example.com/jira", "https://example.com/wiki", false},
		"case of the path":       {"https://example.com/Jira", "https://example.com/jira", false},
		"no URLs, but the same":  {"http://[::1", "http://[::1", true},
		"no URLs, and different": {"http://[::1", "https://jira.example.com", false},
	} {
		if got := sameURL(test.a, test.b); got != test.want || sameURL(test.b, test.a) != test.want {
			t.Errorf("%s: %s and %s are the same: %t, want %t", name, test.a, test.b, got, test.want)
		}
	}
}
