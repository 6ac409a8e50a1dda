// SPDX-License-Identifier: MPL-2.0

package pipelines_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gopkg.in/yaml.v3"
)

// gitHubWorkflow is what the test reads of a workflow of GitHub Actions:
// https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax.
type gitHubWorkflow struct {
	Jobs map[string]gitHubJob
}

type gitHubJob struct {
	If    string
	Steps []gitHubStep
}

type gitHubStep struct {
	Name, If, Run, Uses string
	With                map[string]any
}

// gitHubActions runs the jobs of a workflow, each run step by "bash -e FILE".
func gitHubActions(t *testing.T, site *site, task task) int {
	t.Helper()
	var workflow gitHubWorkflow
	parse(t, filepath.Join("github", string(task)+".yml"), &workflow)
	run := &gitHubRun{site: site, output: filepath.Join(t.TempDir(), "output")}
	write(t, run.output, "")
	names := []string{string(task)}
	if task == rotation {
		names = []string{"plan", "apply"}
	}
	for _, name := range names {
		job, ok := workflow.Jobs[name]
		if !ok || len(job.Steps) == 0 {
			t.Fatalf("%s has no job %s", task, name)
		}
		if !run.applies(t, job.If) {
			continue
		}
		run.job(t, job)
	}
	return run.failure
}

type gitHubRun struct {
	site    *site
	output  string
	failure int
}

func (r *gitHubRun) job(t *testing.T, job gitHubJob) {
	t.Helper()
	for _, step := range job.Steps {
		if strings.HasPrefix(step.Uses, "hashicorp/setup-terraform@") && step.With["terraform_wrapper"] != false {
			t.Error("the wrapper of setup-terraform swallows the exit code 2")
		}
		if step.Run == "" || !r.applies(t, step.If) {
			continue
		}
		script := filepath.Join(t.TempDir(), "step.sh")
		write(t, script, "export GITHUB_OUTPUT='"+r.output+"' GITHUB_STEP_SUMMARY=/dev/null\n"+step.Run)
		if code := r.site.run(t, "bash", "-e", script); code != 0 && r.failure == 0 {
			r.failure = code
		}
	}
}

// applies judges the conditions that the workflows use.
func (r *gitHubRun) applies(t *testing.T, condition string) bool {
	t.Helper()
	switch condition {
	case "":
		return r.failure == 0
	case "steps.plan.outputs.changes == 'true'", "needs.plan.outputs.changes == 'true'":
		return r.failure == 0 && strings.Contains(read(t, r.output), "changes=true\n")
	case "failure() && steps.look.outcome == 'failure'":
		return r.failure != 0
	default:
		t.Fatalf("unknown condition %q", condition)
		return false
	}
}

// gitLabJob is what the test reads of a job of GitLab CI:
// https://docs.gitlab.com/ci/yaml/.
type gitLabJob struct {
	Script []string
	Rules  []struct{ If string }
}

// gitLabCI runs the jobs whose rules name the task, each in one shell that ends
// with the first command that fails.
func gitLabCI(t *testing.T, site *site, task task) int {
	t.Helper()
	var file map[string]yaml.Node
	parse(t, filepath.Join("gitlab", "gitlab-ci.yml"), &file)
	ran := 0
	for _, name := range []string{"plan", "apply", "drift", "expiry"} {
		var job gitLabJob
		node := file[name]
		if err := node.Decode(&job); err != nil {
			t.Fatal(err)
		}
		if len(job.Rules) != 1 || job.Rules[0].If != `$TASK == "`+string(task)+`"` {
			continue
		}
		ran++
		if code := site.run(t, "bash", "-eo", "pipefail", "-c", strings.Join(job.Script, "\n")); code != 0 {
			return code
		}
	}
	if ran == 0 {
		t.Fatalf("no job for %s", task)
	}
	return 0
}

// atlantisFile is what the test reads of atlantis.yaml:
// https://www.runatlantis.io/docs/custom-workflows.html.
type atlantisFile struct {
	Projects []struct {
		Name, Workflow string
	}
	Workflows map[string]struct {
		Plan, Apply struct{ Steps []yaml.Node }
	}
}

// atlantis plans and applies the project of the task: its own steps as Atlantis
// runs them, and each run step by "sh -c".
func atlantis(t *testing.T, site *site, task task) int {
	t.Helper()
	var file atlantisFile
	parse(t, filepath.Join("atlantis", "atlantis.yaml"), &file)
	for _, project := range file.Projects {
		if project.Name != string(task) {
			continue
		}
		workflow := file.Workflows[project.Workflow]
		for _, step := range append(workflow.Plan.Steps, workflow.Apply.Steps...) {
			script := "export PLANFILE=atlantis.tfplan PROJECT_NAME=" + project.Name + "\n" + atlantisStep(t, step)
			if code := site.run(t, "sh", "-c", script); code != 0 {
				return code
			}
		}
		return 0
	}
	t.Fatalf("no project %s", task)
	return 0
}

func atlantisStep(t *testing.T, step yaml.Node) string {
	t.Helper()
	var name string
	if step.Decode(&name) == nil {
		return map[string]string{"init": "terraform init", "apply": `terraform apply -input=false "$PLANFILE"`}[name]
	}
	var custom struct {
		Run  string
		Plan struct {
			ExtraArgs []string `yaml:"extra_args"`
		}
	}
	if err := step.Decode(&custom); err != nil {
		t.Fatal(err)
	}
	if custom.Run != "" {
		return custom.Run
	}
	return `terraform plan -input=false -out="$PLANFILE" ` + strings.Join(custom.Plan.ExtraArgs, " ")
}

// cron runs a script of a crontab.
func cron(t *testing.T, site *site, task task) int {
	t.Helper()
	script := "./cron/" + string(task) + ".sh"
	if !strings.Contains(read(t, filepath.Join("cron", "crontab")), script) {
		t.Errorf("the crontab lacks %s", script)
	}
	return site.run(t, script)
}

func parse(t *testing.T, path string, into any) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(text, into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}
