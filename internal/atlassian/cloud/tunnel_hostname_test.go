// SPDX-License-Identifier: MPL-2.0

package cloud

import (
	"strings"
	"testing"
)

const tunnelUUID = "e5e9e8f0-d429-4cb9-80bc-2f02cb91f587"

func TestTunnelHostname_takesTheThreeForms(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		tunnelUUID,
		strings.ToUpper(tunnelUUID),
		tunnelUUID + ".atlassian.com",
		tunnelUUID + ".self-hosted.atlassian.com",
		strings.ToUpper(tunnelUUID) + ".ATLASSIAN.COM",
		"http://" + tunnelUUID + ".atlassian.com",
		"https://" + tunnelUUID + ".atlassian.com",
		"HTTP://" + tunnelUUID + ".atlassian.com",
		"http://" + tunnelUUID + ".atlassian.com/",
		"http://" + tunnelUUID + ".atlassian.com:80/plugins/servlet/applinks?x=1#y",
		"http://" + tunnelUUID,
	} {
		if got, err := TunnelHostname(text); err != nil || got != tunnelUUID {
			t.Errorf("TunnelHostname(%q) = %q, %v", text, got, err)
		}
	}
}

func TestTunnelHostname_refusesEverythingElse(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"nothing":                      "",
		"a space":                      " ",
		"space around":                 " " + tunnelUUID + " ",
		"another name":                 "jira",
		"another site":                 "https://example.atlassian.net",
		"another domain":               tunnelUUID + ".example.com",
		"a domain that ends alike":     tunnelUUID + ".notatlassian.com",
		"a domain that begins alike":   tunnelUUID + ".atlassian.com.example.com",
		"no domain after the dot":      tunnelUUID + ".",
		"the UUID as second label":     "www." + tunnelUUID + ".atlassian.com",
		"another scheme":               "ftp://" + tunnelUUID + ".atlassian.com",
		"no scheme before the slashes": "://" + tunnelUUID + ".atlassian.com",
		"a path without a scheme":      tunnelUUID + ".atlassian.com/path",
		"a port without a scheme":      tunnelUUID + ".atlassian.com:80",
		"a user":                       "https://admin:password@" + tunnelUUID + ".atlassian.com",
		"a broken URL":                 "http://" + tunnelUUID + ".atlassian.com:port",
		"a UUID that is too short":     tunnelUUID[1:],
		"a UUID that is too long":      tunnelUUID + "0",
		"a UUID without dashes":        strings.ReplaceAll(tunnelUUID, "-", ""),
		"a UUID in braces":             "{" + tunnelUUID + "}",
		"a digit that is none":         strings.Replace(tunnelUUID, "e", "g", 1),
		"a line break":                 tunnelUUID + "\n",
		"the way to another endpoint":  tunnelUUID + "/../../api-keys",
	} {
		got, err := TunnelHostname(text)
		if err == nil || got != "" {
			t.Errorf("%s: TunnelHostname(%q) = %q, want an error", name, text, got)
			continue
		}
		for _, word := range []string{"UUID", "<uuid>.atlassian.com", "View application link URL"} {
			if !strings.Contains(err.Error(), word) {
				t.Errorf("%s: the error does not mention %s: %v", name, word, err)
			}
		}
	}
}

func FuzzTunnelHostname(f *testing.F) {
	for _, seed := range []string{tunnelUUID, "http://" + tunnelUUID + ".atlassian.com", tunnelUUID + ".atlassian.com", "https://example.atlassian.net", "://", "http://[::1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		hostname, err := TunnelHostname(text)
		if err != nil {
			if hostname != "" {
				t.Errorf("%q beside the error %v", hostname, err)
			}
			return
		}
		if len(hostname) != len(tunnelUUID) || strings.Trim(hostname, "0123456789abcdef-") != "" {
			t.Errorf("TunnelHostname(%q) = %q, which is no UUID", text, hostname)
		}
		if !strings.Contains(strings.ToLower(text), hostname) {
			t.Errorf("TunnelHostname(%q) = %q, which is not in it", text, hostname)
		}
		for _, form := range []string{hostname, hostname + ".atlassian.com", "http://" + hostname + ".atlassian.com"} {
			if again, err := TunnelHostname(form); err != nil || again != hostname {
				t.Errorf("TunnelHostname(%q) = %q, %v, want %q", form, again, err, hostname)
			}
		}
	})
}
