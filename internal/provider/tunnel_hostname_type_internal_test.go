// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-framework/attr/xattr"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

const (
	oneTunnel   = "e5e9e8f0-d429-4cb9-80bc-2f02cb91f587"
	otherTunnel = "c8bed056-28c1-4884-96a7-cc4012863d74"
)

func tunnelNamed(name string) tunnelHostnameValue {
	return tunnelHostnameValue{types.StringValue(name)}
}

func TestTunnelHostnameValue_meansTheSameInEveryForm(t *testing.T) {
	t.Parallel()
	null, unknown := tunnelHostnameValue{types.StringNull()}, tunnelHostnameValue{types.StringUnknown()}
	for name, test := range map[string]struct {
		a, b tunnelHostnameValue
		want bool
	}{
		"the same text":          {tunnelNamed(oneTunnel), tunnelNamed(oneTunnel), true},
		"UUID and host name":     {tunnelNamed(oneTunnel), tunnelNamed(oneTunnel + ".atlassian.com"), true},
		"UUID and URL":           {tunnelNamed(oneTunnel), tunnelNamed("http://" + oneTunnel + ".atlassian.com"), true},
		"two URLs":               {tunnelNamed("https://" + oneTunnel + ".atlassian.com/"), tunnelNamed("http://" + oneTunnel + ".self-hosted.atlassian.com"), true},
		"upper and lower case":   {tunnelNamed(strings.ToUpper(oneTunnel)), tunnelNamed(oneTunnel), true},
		"two tunnels":            {tunnelNamed(oneTunnel), tunnelNamed(otherTunnel), false},
		"two tunnels, by URL":    {tunnelNamed("http://" + oneTunnel + ".atlassian.com"), tunnelNamed("http://" + otherTunnel + ".atlassian.com"), false},
		"tunnel and no tunnel":   {tunnelNamed(oneTunnel), tunnelNamed("jira"), false},
		"two that are no tunnel": {tunnelNamed("jira"), tunnelNamed("wiki"), false},
		"null and null":          {null, null, true},
		"unknown and unknown":    {unknown, unknown, true},
		"null and unknown":       {null, unknown, false},
		"null and tunnel":        {null, tunnelNamed(oneTunnel), false},
		"unknown and tunnel":     {unknown, tunnelNamed(oneTunnel), false},
	} {
		for _, pair := range [][2]tunnelHostnameValue{{test.a, test.b}, {test.b, test.a}} {
			got, diags := pair[0].StringSemanticEquals(t.Context(), pair[1])
			if got != test.want || diags.HasError() {
				t.Errorf("%s: %s and %s are the same: %t", name, pair[0], pair[1], got)
			}
		}
	}
	if same, _ := tunnelNamed(oneTunnel).StringSemanticEquals(t.Context(), types.StringValue(oneTunnel)); same {
		t.Error("a plain string equals a tunnel")
	}
}

func TestTunnelHostnameValue_refusesWhatNamesNoTunnel(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		value   tunnelHostnameValue
		refused bool
	}{
		"UUID":     {tunnelNamed(oneTunnel), false},
		"URL":      {tunnelNamed("http://" + oneTunnel + ".atlassian.com"), false},
		"null":     {tunnelHostnameValue{types.StringNull()}, false},
		"unknown":  {tunnelHostnameValue{types.StringUnknown()}, false},
		"empty":    {tunnelNamed(""), true},
		"the site": {tunnelNamed("https://example.atlassian.net"), true},
	} {
		var resp xattr.ValidateAttributeResponse
		test.value.ValidateAttribute(t.Context(), xattr.ValidateAttributeRequest{Path: path.Root("hostname")}, &resp)
		if resp.Diagnostics.HasError() != test.refused {
			t.Errorf("%s: %v", name, resp.Diagnostics)
		}
	}
}

func TestTunnelHostnameType_convertsValues(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]any{"text": oneTunnel, "null": nil, "unknown": tftypes.UnknownValue} {
		value, err := tunnelHostnameType{}.ValueFromTerraform(t.Context(), tftypes.NewValue(tftypes.String, text))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if _, ok := value.(tunnelHostnameValue); !ok || !value.Type(t.Context()).Equal(tunnelHostnameType{}) {
			t.Errorf("%s: the value is %T", name, value)
		}
	}
	if value, err := (tunnelHostnameType{}).ValueFromTerraform(t.Context(), tftypes.NewValue(tftypes.Bool, true)); err == nil {
		t.Errorf("a bool became %v", value)
	}
	if (tunnelHostnameType{}).Equal(basetypes.StringType{}) || tunnelNamed(oneTunnel).Equal(types.StringValue(oneTunnel)) {
		t.Error("the type equals that of plain strings")
	}
}

func FuzzTunnelHostnameValue_isAnEquivalence(f *testing.F) {
	f.Add(oneTunnel, "http://"+oneTunnel+".atlassian.com", otherTunnel)
	f.Add("", "jira", "http://[::1")
	f.Fuzz(func(t *testing.T, a, b, c string) {
		first, second, third := tunnelNamed(a), tunnelNamed(b), tunnelNamed(c)
		if first.canonical() == "" || second.canonical() == "" || third.canonical() == "" {
			// Validation refuses these.
			return
		}
		if !first.sameAs(first) || first.sameAs(second) != second.sameAs(first) {
			t.Errorf("%q and %q: the comparison depends on the order", a, b)
		}
		if first.sameAs(second) && second.sameAs(third) && !first.sameAs(third) {
			t.Errorf("%q, %q and %q: the comparison is not transitive", a, b, c)
		}
		if !tunnelNamed(first.canonical()).sameAs(first) {
			t.Errorf("%q is not the same as its canonical form", a)
		}
	})
}
