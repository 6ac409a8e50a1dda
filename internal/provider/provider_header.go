// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// reservedHeaders are what the provider and its HTTP client set themselves, by
// their canonical names. A cookie counts as well: the session that it names
// would take the place of the credentials.
func reservedHeaders() []string {
	return []string{
		"Accept", "Accept-Encoding", "Authorization", "Connection", "Content-Length", "Content-Type", "Cookie", "Expect", "Host",
		"Keep-Alive", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade", "User-Agent", "X-Atlassian-Token",
	}
}

// headerValues returns the headers of an instance by their canonical names,
// without those that are null or empty.
func (m instanceModel) headerValues() map[string]types.String {
	values := map[string]types.String{}
	for name, element := range m.Headers.Elements() {
		if value, ok := element.(types.String); ok && !textOrNull(value).IsNull() {
			values[http.CanonicalHeaderKey(name)] = value
		}
	}
	return values
}

// header returns what the configuration adds to each request to the instance.
func (m instanceModel) header() http.Header {
	header := http.Header{}
	for name, value := range m.headerValues() {
		header.Set(name, value.ValueString())
	}
	return header
}

// checkHeaders reports headers that cannot be sent, or would replace what the
// provider sets itself.
func (m instanceModel) checkHeaders() diag.Diagnostics {
	var diags diag.Diagnostics
	spelled := map[string]string{}
	for _, name := range slices.Sorted(maps.Keys(m.Headers.Elements())) {
		at := m.at("headers").AtMapKey(name)
		canonical := http.CanonicalHeaderKey(name)
		other, twice := spelled[canonical]
		spelled[canonical] = name
		switch {
		case strings.ContainsFunc(name, notInHeaderName) || name == "":
			diags.Append(errorAt(at, "Unusable header name",
				m.subject()+fmt.Sprintf("%q is no name of a header: these consist of letters, digits and characters such as - and _.", name))...)
		case slices.Contains(reservedHeaders(), canonical):
			diags.Append(errorAt(at, fmt.Sprintf("Header %s is set by the provider", canonical),
				m.subject()+fmt.Sprintf("headers cannot replace %s, which the provider sets itself or which would change who it is.", canonical), "Leave it out.")...)
		case twice:
			diags.Append(errorAt(at, fmt.Sprintf("Header %s twice", canonical),
				m.subject()+fmt.Sprintf("%q and %q are the same header, because case does not count. Leave one out.", other, name))...)
		default:
			diags.Append(checkSecret(at, m.subject()+"the header "+canonical, m.headerValues()[canonical])...)
		}
	}
	return diags
}

// notInHeaderName reports whether a header name cannot hold r:
// https://www.rfc-editor.org/rfc/rfc9110#name-tokens.
func notInHeaderName(r rune) bool {
	letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
	return !letter && !strings.ContainsRune("!#$%&'*+-.^_`|~", r)
}
