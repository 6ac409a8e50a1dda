// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"strings"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const (
	proveProjects = "GET /rest/api/latest/projects"
)

func bitbucketConfig() simulator.InstanceConfig {
	return simulator.InstanceConfig{Product: simulator.Bitbucket, Projects: map[string][]string{"OPS": {"tools"}}}
}

// newProjectToken is newTokenSite for a token of the project OPS of Bitbucket.
func newProjectToken(t *testing.T) *tokenSite {
	t.Helper()
	return newTokenSite(t, httpTokenType, bitbucketConfig())
}

// projectConfig is a token of the project OPS with the given attributes.
func projectConfig(attributes ...acctest.Object) acctest.Object {
	return tokenConfig(append([]acctest.Object{{"project": "OPS", "permissions": []string{"REPO_READ"}}}, attributes...)...)
}

func TestHTTPAccessToken_rotatesForEveryOwner(t *testing.T) {
	t.Parallel()
	for path, owner := range map[string]acctest.Object{
		"users/admin":              {"user": "admin"},
		"projects/OPS":             {"project": "OPS"},
		"projects/OPS/repos/tools": {"project": "OPS", "repository": "tools"},
	} {
		t.Run(path, func(t *testing.T) {
			t.Parallel()
			site := newProjectToken(t)
			may := acctest.Object{"permissions": []string{"REPO_READ"}, "expires_in": "90d"}
			site.apply(t, tokenConfig(owner, may, tokenRelease("1"))).MustBeQuiet(t)
			site.holds(t, 1)
			base := "/rest/access-tokens/latest/" + path
			site.expect(t, "GET "+base, "GET "+base, "GET "+base, "PUT "+base, proveProjects)
			first := site.String(t, "token_id")
			site.texts(t, map[string]string{"id": "robot/" + path + "/" + first, "expires_at": "2026-04-05T08:00:00Z", "status": "active"})
			site.at.ResetLog()
			site.apply(t, tokenConfig(owner, may, tokenRelease("2"))).MustWarn(t, "Revocation of the token")
			site.expect(t, "GET "+base, "GET "+base, "PUT "+base, proveProjects, "DELETE "+base+"/"+first)
			site.holds(t, 1)
			site.settled(t, tokenConfig(owner, may, tokenRelease("2")))
			imported := site.NewManagedResource(httpTokenType)
			imported.Import(t, site.String(t, "id")).MustNotFail(t)
			if imported.String(t, "token_name") != site.String(t, "token_name") || imported.String(t, "token") != "" {
				t.Error("the import holds something else")
			}
			site.Destroy(t).MustBeQuiet(t)
			if len(site.at.Tokens()) != 0 {
				t.Errorf("there are %q", site.names())
			}
		})
	}
}

func TestHTTPAccessToken_permissionsAndNameChangeInPlace(t *testing.T) {
	t.Parallel()
	site := newProjectToken(t)
	site.Create(t, projectConfig())
	id, secret, name := site.String(t, "token_id"), site.String(t, "token"), site.String(t, "token_name")
	site.at.ResetLog()
	more := acctest.Object{"permissions": []string{"REPO_WRITE", "PROJECT_READ"}}
	site.apply(t, projectConfig(more)).MustBeQuiet(t)
	site.expect(t, "GET "+projectTokens, "POST "+projectTokens+"/"+id)
	site.texts(t, map[string]string{"token_id": id, "token": secret, "token_name": name})
	site.settled(t, projectConfig(more))

	site.apply(t, projectConfig(more, acctest.Object{"name": "deploy"})).MustBeQuiet(t)
	site.texts(t, map[string]string{"token_id": id, "token": secret, "token_name": "deploy" + strings.TrimPrefix(name, "ci")})
	site.holds(t, 1)
	if got := site.at.Tokens()[0].Permissions; strings.Join(got, " ") != "PROJECT_READ REPO_WRITE" {
		t.Errorf("the token may %q", got)
	}
	site.settled(t, projectConfig(more, acctest.Object{"name": "deploy"}))
}

func TestHTTPAccessToken_changeInPlaceThatFailsIsPlannedAgain(t *testing.T) {
	t.Parallel()
	site := newProjectToken(t)
	site.Create(t, projectConfig())
	site.at.Inject(simulator.Fault{Kind: simulator.Status, Status: 403, Method: "POST", Path: projectTokens + "/" + site.String(t, "token_id")})
	more := projectConfig(acctest.Object{"permissions": []string{"REPO_WRITE"}})
	plan := site.Plan(t, more)
	site.Apply(t.Context(), t, plan).MustFail(t, "not changed", "the former ones")
	site.at.ClearFaults()
	site.apply(t, more).MustNotFail(t)
	site.settled(t, more)
}

func TestHTTPAccessToken_permissionsThatSomebodyChangedAreRepairedInPlace(t *testing.T) {
	t.Parallel()
	site := newProjectToken(t)
	site.Create(t, projectConfig())
	change := acctest.Object{"name": "x", "permissions": []string{"REPO_ADMIN"}}
	other := site.NewManagedResource(httpTokenType)
	other.Import(t, site.String(t, "id")).MustNotFail(t)
	other.Apply(t.Context(), t, other.Plan(t, projectConfig(change))).MustNotFail(t)

	plan := site.Plan(t, projectConfig())
	plan.Diagnostics.MustWarn(t, "changed outside of Terraform", "REPO_ADMIN", "REPO_READ")
	site.Apply(t.Context(), t, plan).MustNotFail(t)
	if got := site.at.Tokens()[0].Permissions; strings.Join(got, " ") != "REPO_READ" {
		t.Errorf("the token may %q", got)
	}
	site.settled(t, projectConfig())
}

func TestHTTPAccessToken_impliedPermissionsAreNoDrift(t *testing.T) {
	t.Parallel()
	config := bitbucketConfig()
	config.Guesses.Tokens.WidenPermissions = true
	site := newTokenSite(t, httpTokenType, config)
	may := projectConfig(acctest.Object{"permissions": []string{"PROJECT_WRITE"}})
	site.Create(t, may)
	site.settled(t, may)
}

func TestHTTPAccessToken_listOfSeveralPagesDecidesWhole(t *testing.T) {
	t.Parallel()
	config := bitbucketConfig()
	config.TokenRules.Limit = -1
	site := newTokenSite(t, httpTokenType, config)
	for range 150 {
		site.at.AddToken(simulator.AccessToken{Name: "other", Project: "OPS"})
	}
	site.Create(t, projectConfig())
	site.settled(t, projectConfig())
	site.at.Inject(simulator.Fault{Kind: simulator.Status, Status: 200, Method: "GET", Path: projectTokens, Body: `{"values":[],"size":0}`})
	site.Refresh(t).MustFail(t, "not listed", "last page")
	site.texts(t, map[string]string{"status": "active"})
}

func TestHTTPAccessToken_lostAnswerLeavesOneToken(t *testing.T) {
	t.Parallel()
	site := newProjectToken(t)
	site.at.Inject(simulator.Fault{Kind: simulator.ResetAfter, Method: "PUT", Path: projectTokens, Times: 2})
	site.apply(t, projectConfig()).MustWarn(t, "was revoked")
	site.holds(t, 1)
}

func TestHTTPAccessToken_badInputIsOneErrorEach(t *testing.T) {
	t.Parallel()
	site := newProjectToken(t)
	read := []string{"REPO_READ"}
	for name, test := range map[string]struct {
		config acctest.Object
		says   string
	}{
		"no owner":             {acctest.Object{"permissions": read}, "No owner of a token"},
		"two owners":           {acctest.Object{"permissions": read, "user": "admin", "project": "OPS"}, "Several owners"},
		"repository of a user": {acctest.Object{"permissions": read, "user": "admin", "repository": "tools"}, "Several owners"},
		"repository alone":     {acctest.Object{"permissions": read, "repository": "tools"}, "repository without project"},
		"empty user":           {acctest.Object{"permissions": read, "user": ""}, "length"},
		"project for a repo":   {acctest.Object{"permissions": []string{"PROJECT_READ"}, "project": "OPS", "repository": "tools"}, "not PROJECT_READ"},
		"repo below project":   {acctest.Object{"permissions": []string{"PROJECT_ADMIN", "REPO_READ"}, "project": "OPS"}, "at least that on projects"},
		"unknown permission":   {acctest.Object{"permissions": []string{"ADMIN"}, "project": "OPS"}, "ADMIN"},
		"no permissions":       {acctest.Object{"permissions": []string{}, "project": "OPS"}, "at least 1"},
		"null permission":      {acctest.Object{"permissions": []any{nil}, "project": "OPS"}, "null"},
		"its own":              {acctest.Object{"permissions": read, "project": "OPS", "own": true}, "No token of Bitbucket rotates itself"},
		"permissions left out": {acctest.Object{"project": "OPS"}, "permissions"},
	} {
		said := site.Validate(t, tokenConfig(test.config))
		if len(said.Errors()) != 1 || !strings.Contains(said.Errors()[0], test.says) {
			t.Errorf("%s: %q, want one with %q", name, said.Errors(), test.says)
		}
	}
}

func TestHTTPAccessToken_instanceWithATokenIsOneErrorOfThePlan(t *testing.T) {
	t.Parallel()
	site := newProjectToken(t)
	site.SetProviderBlock(acctest.Object{"instances": acctest.Object{"robot": acctest.Object{"url": site.at.URL(), "token": "some-token"}}})
	for name := range map[string]bool{"ATLASSIAN_INSTANCE_ROBOT_USERNAME": true, "ATLASSIAN_INSTANCE_ROBOT_PASSWORD": true} {
		site.Setenv(name, "")
	}
	site.Plan(t, projectConfig()).Diagnostics.MustFailAt(t, "instance", "lets no token make", "username and password")
	site.expect(t)
}

func TestHTTPAccessToken_unknownOwnerIsOneError(t *testing.T) {
	t.Parallel()
	site := newProjectToken(t)
	plan := site.Plan(t, projectConfig(acctest.Object{"project": "NOPE"}))
	site.Apply(t.Context(), t, plan).MustFail(t, "nothing that they could belong to", "exists")
	plan = site.Plan(t, tokenConfig(acctest.Object{"user": "ann", "permissions": []string{"REPO_READ"}}))
	site.Apply(t.Context(), t, plan).MustFail(t, "not made")
}

func TestHTTPAccessToken_anotherOwnerReplaces(t *testing.T) {
	t.Parallel()
	site := newProjectToken(t)
	site.Create(t, projectConfig())
	plan := site.Plan(t, projectConfig(acctest.Object{"repository": "tools"}))
	plan.Diagnostics.MustWarn(t, "Revocation of the token")
	if !plan.Replaces() {
		t.Error("the plan does not replace")
	}
}

func TestHTTPAccessToken_importByIdentity(t *testing.T) {
	t.Parallel()
	site := newProjectToken(t)
	made := site.at.AddToken(simulator.AccessToken{Name: "by-hand", Project: "OPS", Permissions: []string{"REPO_READ"}})
	site.ImportByIdentity(t, acctest.Object{"instance": "robot", "project": "OPS", "token_id": made.ID, "user": nil, "repository": nil}).MustNotFail(t)
	site.texts(t, map[string]string{"token_id": made.ID, "project": "OPS", "id": "robot/projects/OPS/" + made.ID})
	site.apply(t, projectConfig()).MustWarn(t, "Secret of the token")
	site.settled(t, projectConfig())
	site.ImportByIdentity(t, acctest.Object{"instance": "robot", "project": "OPS", "token_id": made.ID, "user": "admin", "repository": nil}).MustFail(t, "Several owners")
	for _, id := range []string{"robot", "robot/teams/a/1", "robot/users/a", "robot/projects//1", "robot/projects/OPS/repos/tools"} {
		site.NewManagedResource(httpTokenType).TryImport(t, id).MustFail(t, "Not a token", "instance/projects/key/repos/slug/token_id")
	}
}

func TestTokens_mayDependOnWhatIsNotKnownYet(t *testing.T) {
	t.Parallel()
	site := newProjectToken(t)
	site.Create(t, projectConfig(tokenRelease("1")))
	for name, unknown := range map[string]acctest.Object{
		"triggers":    {"rotate_triggers": acctest.Unknown{}},
		"expiry":      {"expires_in": acctest.Unknown{}},
		"overlap":     {"revoke_previous_after": acctest.Unknown{}},
		"permissions": {"permissions": acctest.Unknown{}},
		"name":        {"name": acctest.Unknown{}},
		"interval":    {"rotation_interval": acctest.Unknown{}},
	} {
		plan := site.Plan(t, projectConfig(tokenRelease("1"), unknown))
		plan.Diagnostics.MustNotFail(t)
		if !plan.Changes() {
			t.Errorf("%s: the plan changes nothing", name)
		}
	}
}
