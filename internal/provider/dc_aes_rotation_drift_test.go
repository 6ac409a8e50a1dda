package provider_test

import (
	"strings"
	"testing"
)

// Pipelines that watch for drift live on this exit code: 2 for what changed
// elsewhere, 0 as long as nothing does.
func TestAccDCAESRotation_driftShowsInTheExitCodeOfARefreshOnlyPlan(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	workspace := estate.NewWorkspace(t)
	workspace.MustConfigure(aesRotationConfig(estate, "rotation_interval = \"90d\"\ninactive_key_retention = \"365d\"\n"+triggered("1")))
	workspace.MustRun(0, "apply", "-auto-approve")
	refreshOnly := []string{"plan", "-refresh-only", "-detailed-exitcode"}
	workspace.MustRun(0, refreshOnly...)
	workspace.MustRun(0, refreshOnly...)
	workspace.MustRun(0, "plan", "-detailed-exitcode")

	jira.Rotate()
	seen := workspace.MustRun(2, refreshOnly...)
	for _, wanted := range []string{"AES key rotated outside of Terraform", `rotation_origin`, `"external"`} {
		if !strings.Contains(seen.Stdout, wanted) {
			t.Errorf("the plan does not say %s:\n%s", wanted, seen.Stdout)
		}
	}
	workspace.MustRun(0, "plan", "-detailed-exitcode")
	workspace.MustRun(0, "apply", "-refresh-only", "-auto-approve")
	workspace.MustRun(0, refreshOnly...)
	verify(t, asked(jira, 1, 2))
}
