// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/attr/xattr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types/basetypes"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/keyrotation/terraform-provider-atlassian/internal/rotation"
)

var (
	_ basetypes.StringTypable                    = durationType{}
	_ basetypes.StringValuable                   = durationValue{}
	_ basetypes.StringValuableWithSemanticEquals = durationValue{}
	_ xattr.ValidateableAttribute                = durationValue{}
)

// durationType is a string such as "90d" or "1w2d"; "7d" and "168h" mean the same.
type durationType struct {
	basetypes.StringType
}

func (t durationType) String() string {
	return "provider.durationType"
}

func (t durationType) Equal(other attr.Type) bool {
	_, ok := other.(durationType)
	return ok
}

func (t durationType) ValueType(context.Context) attr.Value {
	return durationValue{}
}

func (t durationType) ValueFromString(_ context.Context, value basetypes.StringValue) (basetypes.StringValuable, diag.Diagnostics) {
	return durationValue{value}, nil
}

func (t durationType) ValueFromTerraform(ctx context.Context, value tftypes.Value) (attr.Value, error) {
	text, err := t.StringType.ValueFromTerraform(ctx, value)
	if err != nil {
		return nil, err
	}
	stringValue, ok := text.(basetypes.StringValue)
	if !ok {
		return nil, fmt.Errorf("unexpected value type %T", text)
	}
	return durationValue{stringValue}, nil
}

// durationValue is a value of durationType.
type durationValue struct {
	basetypes.StringValue
}

func newDurationValue(d time.Duration) durationValue {
	return durationValue{basetypes.NewStringValue(rotation.FormatDuration(d))}
}

func (v durationValue) Type(context.Context) attr.Type {
	return durationType{}
}

func (v durationValue) Equal(other attr.Value) bool {
	o, ok := other.(durationValue)
	return ok && v.StringValue.Equal(o.StringValue)
}

func (v durationValue) StringSemanticEquals(_ context.Context, other basetypes.StringValuable) (bool, diag.Diagnostics) {
	o, ok := other.(durationValue)
	return ok && v.sameAs(o), nil
}

func (v durationValue) ValidateAttribute(_ context.Context, req xattr.ValidateAttributeRequest, resp *xattr.ValidateAttributeResponse) {
	if v.IsNull() || v.IsUnknown() {
		return
	}
	if _, err := rotation.ParseDuration(v.ValueString()); err != nil {
		resp.Diagnostics.AddAttributeError(req.Path, "Not a duration", err.Error()+".")
	}
}

// sameAs reports whether both are null, both unknown, or equally long.
func (v durationValue) sameAs(other durationValue) bool {
	if v.IsNull() || v.IsUnknown() || other.IsNull() || other.IsUnknown() {
		return v.StringValue.Equal(other.StringValue)
	}
	return v.duration() == other.duration()
}

// duration returns the length, and zero for null, unknown and what validation
// has refused.
func (v durationValue) duration() time.Duration {
	d, err := rotation.ParseDuration(v.ValueString())
	if err != nil {
		return 0
	}
	return d
}
