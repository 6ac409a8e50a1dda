// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// checkURL reports what is wrong with a base URL; null and unknown are fine.
// Subject begins what is said about it. It never repeats the URL: it may hold a
// password.
func checkURL(at path.Path, subject string, value types.String, allowHTTP types.Bool) diag.Diagnostics {
	if !isSet(value) || allowHTTP.IsUnknown() {
		return nil
	}
	refuse := func(detail string) diag.Diagnostics {
		return errorAt(at, "Unusable base URL", subject+detail)
	}
	base, err := url.Parse(value.ValueString())
	switch {
	case err != nil:
		return refuse("It cannot be read as a URL. A base URL looks like https://jira.example.com or https://git.example.com/bitbucket.")
	case base.Scheme != "https" && base.Scheme != "http", base.Hostname() == "":
		return refuse("A base URL starts with https:// and a host name, such as https://jira.example.com or https://git.example.com/bitbucket.")
	case base.User != nil:
		return refuse("A base URL holds no user name or password: credentials have attributes of their own.")
	case base.RawQuery != "" || base.ForceQuery || base.Fragment != "":
		return refuse("A base URL ends with its path: leave out what starts with ? or #.")
	case base.Scheme == "http" && !isLoopback(base.Hostname()) && !allowHTTP.ValueBool():
		return refuse("http:// to another machine sends credentials in clear text. Use https://. For an instance where that is acceptable, set allow_http = true in its entry.")
	case hasDotSegments(base.Path):
		return refuse("Its path holds . or .., which lead out of what is configured. Write the path that is meant.")
	case isWebPage(base.Path):
		return refuse("It is the URL of a web page. A base URL ends with the context path of the product, if it has one: " +
			"https://jira.example.com instead of https://jira.example.com/secure/Dashboard.jspa.")
	default:
		return nil
	}
}

// isWebPage reports whether path is that of a page or of an API of a product and
// not a context path. What could be either, such as /projects, it lets pass.
func isWebPage(path string) bool {
	for _, ending := range []string{".jspa", ".jsp", ".action", ".html", ".vm"} {
		if strings.HasSuffix(strings.ToLower(path), ending) {
			return true
		}
	}
	return strings.Contains(path+"/", "/secure/") || strings.Contains(path+"/", "/rest/") || strings.Contains(path, "/plugins/servlet")
}

func hasDotSegments(path string) bool {
	return slices.ContainsFunc(strings.Split(path, "/"), func(segment string) bool { return segment == "." || segment == ".." })
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	address, err := netip.ParseAddr(host)
	return err == nil && address.IsLoopback()
}

// baseURL parses a URL that checkURL has passed.
func baseURL(value string) *url.URL {
	base, err := url.Parse(strings.TrimRight(value, "/"))
	if err != nil {
		return &url.URL{}
	}
	return base
}
