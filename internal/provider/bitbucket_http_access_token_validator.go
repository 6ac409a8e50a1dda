// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/resource"
	"github.com/hashicorp/terraform-plugin-framework/types"
)

// httpTokenPermissions are all that Bitbucket knows for tokens.
func httpTokenPermissions() []string {
	return []string{"REPO_READ", "REPO_WRITE", "REPO_ADMIN", "PROJECT_READ", "PROJECT_WRITE", "PROJECT_ADMIN"}
}

var _ resource.ConfigValidator = httpTokenConfigValidator{}

// httpTokenConfigValidator checks that a token has one owner, and permissions
// that Bitbucket gives such a token.
type httpTokenConfigValidator struct{}

func (httpTokenConfigValidator) Description(context.Context) string {
	return "exactly one of user, project, and project with repository; permissions that such a token can have"
}

func (v httpTokenConfigValidator) MarkdownDescription(ctx context.Context) string {
	return v.Description(ctx)
}

func (v httpTokenConfigValidator) ValidateResource(ctx context.Context, req resource.ValidateConfigRequest, resp *resource.ValidateConfigResponse) {
	var user, project, repository types.String
	var permissions types.Set
	var own types.Bool
	for name, value := range map[string]any{"user": &user, "project": &project, "repository": &repository, "permissions": &permissions, "own": &own} {
		resp.Diagnostics.Append(req.Config.GetAttribute(ctx, path.Root(name), value)...)
	}
	if resp.Diagnostics.HasError() {
		return
	}
	if own.ValueBool() {
		resp.Diagnostics.AddAttributeError(path.Root("own"), "No token of Bitbucket rotates itself",
			"Bitbucket lets no token make tokens, so that the provider cannot work with the one that this resource makes. Leave own out, and set username and password of the instance.")
	}
	resp.Diagnostics.Append(checkOwner(user, project, repository)...)
	resp.Diagnostics.Append(checkPermissions(texts(permissions), repository)...)
}

func checkOwner(user, project, repository types.String) diag.Diagnostics {
	const one = "Set exactly one of user and project, and repository beside project for a token of one repository."
	switch {
	case !user.IsNull() && (!project.IsNull() || !repository.IsNull()):
		return errorAt(path.Root("user"), "Several owners of a token", one)
	case user.IsNull() && project.IsNull() && repository.IsNull():
		return errorAt(path.Root("user"), "No owner of a token", one)
	case project.IsNull() && !repository.IsNull():
		return errorAt(path.Root("repository"), "repository without project", one)
	default:
		return nil
	}
}

// checkPermissions refuses what Bitbucket would refuse.
func checkPermissions(permissions []string, repository types.String) diag.Diagnostics {
	highest := map[string]int{}
	for _, permission := range permissions {
		family, level, _ := strings.Cut(permission, "_")
		if family == "PROJECT" && isSet(repository) {
			return errorAt(path.Root("permissions"), "Permission on a project for a token of a repository",
				fmt.Sprintf("A token of one repository takes REPO_READ, REPO_WRITE and REPO_ADMIN, and not %s.", permission))
		}
		highest[family] = max(highest[family], slices.Index([]string{"READ", "WRITE", "ADMIN"}, level)+1)
	}
	if highest["REPO"] > 0 && highest["REPO"] < highest["PROJECT"] {
		return errorAt(path.Root("permissions"), "Permission on repositories below that on projects",
			"The permission on repositories is at least that on projects: leave REPO_... out, or raise it.")
	}
	return nil
}
