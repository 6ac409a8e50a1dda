// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"strings"
	"testing"
	"unicode"

	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
)

// A base URL that is accepted holds nothing that could end up in a request or a
// log besides scheme, host and path, and is safe to send credentials to.
func FuzzBaseURL(f *testing.F) {
	for _, text := range []string{
		"https://jira.example.com", "https://git.example.com:8443/bitbucket/", "http://localhost:1", "http://[::1]/x", "http://127.0.0.1", "http://evil.example",
		"https://user:secret@x.example", "https://x.example?token=secret", "https://x.example/#secret", "https://x.example?", "https:///x", "//x", "HTTPS://X.EXAMPLE",
		"https://x.example\\@evil.example", "https://x.example/%zz", "https://x.example/\x00", " https://x.example", "https://x.example/secure/Dashboard.jspa", "https://:1",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		said := checkURL(path.Root("url"), "", types.StringValue(text), types.BoolNull())
		for _, diagnostic := range said {
			if len(text) > 40 && strings.Contains(diagnostic.Detail(), text) {
				t.Errorf("%q is repeated", text)
			}
		}
		if said.HasError() {
			return
		}
		base := baseURL(text)
		if base.Host == "" || base.User != nil || base.RawQuery != "" || base.Fragment != "" {
			t.Errorf("%q leads to %#v", text, base)
		}
		if base.Scheme != "https" && !isLoopback(base.Hostname()) {
			t.Errorf("%q is sent in clear text", text)
		}
	})
}

// Variables of the environment take the name of an instance in one form only.
func FuzzInstancePrefix(f *testing.F) {
	for _, name := range []string{"jira", "prod-eu", "prod_eu", "jira.a", "Jira", "ß", "ı", "", "\x00", "İ", "\xff"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		prefix := instancePrefix(name)
		odd := func(r rune) bool { return (r < 'A' || r > 'Z') && (r < '0' || r > '9') && r != '_' }
		if strings.ContainsFunc(prefix, odd) || instancePrefix(strings.TrimSuffix(strings.TrimPrefix(prefix, "ATLASSIAN_INSTANCE_"), "_")) != prefix {
			t.Errorf("%q reads %q", name, prefix)
		}
	})
}

// Whatever somebody imports, it is read or refused.
func FuzzImportID(f *testing.F) {
	for _, id := range []string{
		"", "/", "a/b", "a/b/c", "https://e1d4f2ae-3a9d-4d0a-9a4c-1f1b7a1c2d3e.tunnel.example/x", "o/https://x", "e1d4f2ae-3a9d-4d0a-9a4c-1f1b7a1c2d3e",
		"ATCTT3xFfGN0secret=1A2B3C4D", "o/\x1b[2J", "\u202e/\n", "://", ":/", "\xff",
	} {
		f.Add(id)
	}
	f.Fuzz(func(t *testing.T, id string) {
		if id == "" {
			return
		}
		request := resource.ImportStateRequest{ID: id}
		key, keyDiags := importedAPIKey(t.Context(), request)
		tunnel, tunnelDiags := importedTunnel(t.Context(), request)
		if keyDiags.HasError() || tunnelDiags.HasError() {
			t.Errorf("%q: %v %v", id, keyDiags, tunnelDiags)
		}
		for kind, parts := range map[string][2]types.String{"key": {key.OrganizationID, key.KeyID}, "tunnel": {tunnel.OrganizationID, tunnel.Hostname}} {
			joined := parts[1].ValueString()
			if !parts[0].IsNull() {
				joined = parts[0].ValueString() + "/" + joined
			}
			if joined != id {
				t.Errorf("%s %q comes back as %q", kind, id, joined)
			}
		}
		for _, diagnostic := range tunnel.validate() {
			if strings.ContainsFunc(diagnostic.Detail(), unicode.IsControl) {
				t.Errorf("%q is said as %q", id, diagnostic.Detail())
			}
		}
	})
}

// What the provider says about anything is masked and keeps its lines.
func FuzzMaskedWords(f *testing.F) {
	f.Add("Not a tunnel", "\"secret-one\" names no tunnel.\nImport it.", "secret-one")
	f.Add("", "c2VjcmV0LW9uZQ", "secret-one")
	f.Add("***secret", "%73ecret-one", "secret-one")
	f.Fuzz(func(t *testing.T, summary, detail, secret string) {
		if len(secret) < shortestSecret {
			return
		}
		redactor := transport.NewRedactor(secret)
		for _, text := range []string{summary + secret + detail, detail} {
			if masked := redactor.Mask(text); !strings.Contains(secret, "\n") && strings.Contains(masked, secret) {
				t.Errorf("%q is said as %q", text, masked)
			}
		}
	})
}
