// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/attr/xattr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/cloud"
)

var (
	_ basetypes.StringTypable                    = tunnelHostnameType{}
	_ basetypes.StringValuable                   = tunnelHostnameValue{}
	_ basetypes.StringValuableWithSemanticEquals = tunnelHostnameValue{}
	_ xattr.ValidateableAttribute                = tunnelHostnameValue{}
)

// tunnelHostnameType is the name of a tunnel: its UUID, its host name or its
// application link URL, which all mean the same.
type tunnelHostnameType struct {
	basetypes.StringType
}

func (t tunnelHostnameType) String() string {
	return "provider.tunnelHostnameType"
}

func (t tunnelHostnameType) Equal(other attr.Type) bool {
	_, ok := other.(tunnelHostnameType)
	return ok
}

func (t tunnelHostnameType) ValueType(context.Context) attr.Value {
	return tunnelHostnameValue{}
}

func (t tunnelHostnameType) ValueFromString(_ context.Context, value basetypes.StringValue) (basetypes.StringValuable, diag.Diagnostics) {
	return tunnelHostnameValue{value}, nil
}

func (t tunnelHostnameType) ValueFromTerraform(ctx context.Context, value tftypes.Value) (attr.Value, error) {
	text, err := t.StringType.ValueFromTerraform(ctx, value)
	if err != nil {
		return nil, err
	}
	stringValue, ok := text.(basetypes.StringValue)
	if !ok {
		return nil, fmt.Errorf("unexpected value type %T", text)
	}
	return tunnelHostnameValue{stringValue}, nil
}

// tunnelHostnameValue is a value of tunnelHostnameType.
type tunnelHostnameValue struct {
	basetypes.StringValue
}

func (v tunnelHostnameValue) Type(context.Context) attr.Type {
	return tunnelHostnameType{}
}

func (v tunnelHostnameValue) Equal(other attr.Value) bool {
	o, ok := other.(tunnelHostnameValue)
	return ok && v.StringValue.Equal(o.StringValue)
}

func (v tunnelHostnameValue) StringSemanticEquals(_ context.Context, other basetypes.StringValuable) (bool, diag.Diagnostics) {
	o, ok := other.(tunnelHostnameValue)
	return ok && v.sameAs(o), nil
}

func (v tunnelHostnameValue) ValidateAttribute(_ context.Context, req xattr.ValidateAttributeRequest, resp *xattr.ValidateAttributeResponse) {
	if !isSet(v) {
		return
	}
	if _, err := cloud.TunnelHostname(v.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Not a tunnel", fmt.Sprintf("%q names no tunnel: %s.", v.ValueString(), err))
	}
}

// sameAs reports whether both are null, both unknown, or name the same tunnel.
func (v tunnelHostnameValue) sameAs(other tunnelHostnameValue) bool {
	if hostname := v.canonical(); hostname != "" {
		return hostname == other.canonical()
	}
	return v.StringValue.Equal(other.StringValue)
}

// canonical returns the value that the API takes, and an empty string for null,
// unknown and what validation has refused.
func (v tunnelHostnameValue) canonical() string {
	hostname, err := cloud.TunnelHostname(v.ValueString())
	if err != nil {
		return ""
	}
	return hostname
}
