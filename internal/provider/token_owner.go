// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/datacenter"
)

// tokenOwnerModel says what tokens belong to, where that may be any product's.
type tokenOwnerModel struct {
	User       types.String `tfsdk:"user"`
	Project    types.String `tfsdk:"project"`
	Repository types.String `tfsdk:"repository"`
}

// tokenOwnerDescriptions describe the attributes of a [tokenOwnerModel].
func tokenOwnerDescriptions() map[string]string {
	return map[string]string{
		"user":       "On Bitbucket: slug of the user whose tokens are meant. Default, and all that Jira, Confluence and Bamboo know: the account that the instance is configured with.",
		"project":    "On Bitbucket: key of the project whose tokens are meant. Not together with `user`.",
		"repository": "On Bitbucket: slug of the repository of `project` whose tokens are meant.",
	}
}

func (m tokenOwnerModel) owner() datacenter.TokenOwner {
	return datacenter.TokenOwner{User: m.User.ValueString(), Project: m.Project.ValueString(), Repository: m.Repository.ValueString()}
}

func (m tokenOwnerModel) ownerKnown() bool {
	return !m.User.IsUnknown() && !m.Project.IsUnknown() && !m.Repository.IsUnknown()
}

// checkOptional reports what names no one owner; naming none is right.
func (m tokenOwnerModel) checkOptional() diag.Diagnostics {
	if m.User.IsNull() && m.Project.IsNull() && m.Repository.IsNull() {
		return nil
	}
	return checkOwner(m.User, m.Project, m.Repository)
}

// list lists the tokens of the owner, as all who ask in this run see them.
func (m tokenOwnerModel) list(ctx context.Context, data *providerData, name types.String) (*datacenter.Tokens, []datacenter.Token, diag.Diagnostics) {
	instance, diags := data.instance(name)
	if diags.HasError() {
		return nil, nil, diags
	}
	tokens := instance.Tokens(m.owner())
	listed, err := tokens.SharedList(ctx)
	if err != nil {
		diags.Append(tokensNotListed(instance, err)...)
	}
	return tokens, listed, diags
}

// scope is the owner as import IDs write it; empty for the account of the
// instance.
func (m tokenOwnerModel) scope() string {
	switch {
	case isSet(m.User):
		return "users/" + m.User.ValueString()
	case isSet(m.Repository):
		return "projects/" + m.Project.ValueString() + "/repos/" + m.Repository.ValueString()
	case isSet(m.Project):
		return "projects/" + m.Project.ValueString()
	default:
		return ""
	}
}

// identifierOf joins the parts of an import ID that are not empty.
func identifierOf(parts ...string) string {
	var path []string
	for _, part := range parts {
		if part != "" {
			path = append(path, part)
		}
	}
	return strings.Join(path, "/")
}

// nameOfListed names a token for people.
func nameOfListed(token datacenter.Token) string {
	return fmt.Sprintf("%q (%s)", token.Name, token.ID)
}
