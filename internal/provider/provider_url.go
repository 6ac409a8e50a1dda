package provider

import (
	"net/netip"
	"net/url"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// checkURL reports what is wrong with a base URL; null and unknown are fine. It
// never repeats the URL: it may hold a password.
func checkURL(at path.Path, value types.String, allowHTTP types.Bool) diag.Diagnostics {
	var diags diag.Diagnostics
	if value.IsNull() || value.IsUnknown() || allowHTTP.IsUnknown() {
		return diags
	}
	refuse := func(detail string) diag.Diagnostics {
		diags.AddAttributeError(at, "Unusable base URL", detail)
		return diags
	}
	base, err := url.Parse(value.ValueString())
	switch {
	case err != nil:
		return refuse("It cannot be read as a URL. A base URL looks like https://jira.example.com or https://git.example.com/bitbucket.")
	case base.Scheme != "https" && base.Scheme != "http", base.Hostname() == "":
		return refuse("A base URL starts with https:// and a host name, such as https://jira.example.com or https://git.example.com/bitbucket.")
	case base.User != nil:
		return refuse("A base URL holds no user name or password: set username and password, or token.")
	case base.RawQuery != "" || base.ForceQuery || base.Fragment != "":
		return refuse("A base URL ends with its path: leave out what starts with ? or #.")
	case base.Scheme == "http" && !isLoopback(base.Hostname()) && !allowHTTP.ValueBool():
		return refuse("http:// to another machine sends credentials in clear text. Use https://, or set allow_http = true for an instance where that is acceptable.")
	default:
		return diags
	}
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
