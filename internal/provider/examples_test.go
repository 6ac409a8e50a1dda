package provider_test

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/clock"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const (
	examples = "../../examples"

	exampleOrganization = "0c632b13-d717-4d1f-b895-208a5599d2f2"
	exampleTunnel       = "e5e9e8f0-d429-4cb9-80bc-2f02cb91f587"
)

// example is a folder of configuration that a reader may copy.
type example struct {
	// name is the folder below examples, and the import that is added to it.
	name string
	// files are the paths of its files.
	files []string
	text  string
}

// TestExamples_planAgainstTheSimulator plans every example with the real CLI and
// the provider's binary.
func TestExamples_planAgainstTheSimulator(t *testing.T) {
	t.Parallel()
	found := findExamples(t)
	if len(found) == 0 {
		t.Fatal("there are no examples")
	}
	for _, example := range found {
		t.Run(example.name, func(t *testing.T) {
			t.Parallel()
			estate, variables := newExampleEstate(t)
			workspace := estate.NewWorkspace(t)
			if lacks := example.lacks(cliVersion(workspace)); lacks != "" {
				t.Skip("skipped: the example needs " + lacks)
			}
			workspace.Env = append(workspace.Env, variables...)
			example.copyTo(t, estate, workspace)
			workspace.MustRun(0, "plan", "-no-color")
		})
	}
}

// findExamples returns every folder with configuration that has no test of its
// own, and for each import of a resource that folder once more with the import.
func findExamples(t *testing.T) []example {
	t.Helper()
	folders := map[string][]string{}
	err := filepath.WalkDir(examples, func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && (strings.HasSuffix(path, ".tf") || strings.HasSuffix(path, ".tfquery.hcl")) {
			folders[filepath.Dir(path)] = append(folders[filepath.Dir(path)], path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	var found []example
	for folder, files := range folders {
		if tests, _ := filepath.Glob(filepath.Join(folder, "*_test.go")); len(tests) > 0 {
			continue
		}
		name, err := filepath.Rel(examples, folder)
		if err != nil {
			t.Fatal(err)
		}
		isImport := func(path string) bool { return strings.HasPrefix(filepath.Base(path), "import-") }
		base := slices.DeleteFunc(slices.Clone(files), isImport)
		found = append(found, newExample(t, name, base))
		for _, file := range files {
			if isImport(file) {
				found = append(found, newExample(t, name+"/"+filepath.Base(file), append(slices.Clone(base), file)))
			}
		}
	}
	return found
}

func newExample(t *testing.T, name string, files []string) example {
	t.Helper()
	var text strings.Builder
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text.Write(content)
	}
	return example{name: name, files: files, text: text.String()}
}

// lacks returns what the example needs that is not here; empty for nothing.
func (e example) lacks(cli version) string {
	for _, match := range regexp.MustCompile(`(?m)^(?:resource|data|ephemeral) "([a-z0-9]+)_`).FindAllStringSubmatch(e.text, -1) {
		if provider := match[1]; provider != "atlassian" && provider != "terraform" {
			return "the provider " + provider
		}
	}
	usesActions := regexp.MustCompile(`(?m)^(?:action|list) "`).MatchString(e.text)
	usesIdentity := regexp.MustCompile(`(?m)^  identity = {`).MatchString(e.text)
	switch {
	case usesActions && (cli.openTofu || cli.minor < 14):
		return "actions or lists, which Terraform has from 1.14 on"
	case usesIdentity && cli.minor < 12:
		return "import by identity, which CLIs have from 1.12 on"
	default:
		return ""
	}
}

// copyTo copies the example to a workspace and adds what a snippet leaves out.
func (e example) copyTo(t *testing.T, estate *acctest.Estate, workspace *acctest.Workspace) {
	t.Helper()
	if !strings.Contains(e.text, "required_providers") {
		block := estate.ProviderBlock()
		if strings.Contains(e.text, "provider \"atlassian\"") {
			block = ""
		}
		workspace.MustConfigure(block)
	}
	for _, file := range e.files {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(workspace.Dir, filepath.Base(file)), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// version is that of a CLI, of major version 1.
type version struct {
	openTofu bool
	minor    int
}

func cliVersion(workspace *acctest.Workspace) version {
	said := workspace.MustRun(0, "version").Stdout
	var found version
	found.openTofu = strings.Contains(said, "OpenTofu")
	if match := regexp.MustCompile(`v1\.([0-9]+)`).FindStringSubmatch(said); match != nil {
		_, _ = fmt.Sscan(match[1], &found.minor)
	}
	return found
}

// newExampleEstate starts what the examples are about, and returns the values of
// their variables besides. The provider's process tells the time by the clock of
// the machine, and so does the simulator.
func newExampleEstate(t *testing.T) (estate *acctest.Estate, variables []string) {
	t.Helper()
	estate = acctest.NewEstate(t, simulator.WithClock(clock.System{}.Now))
	urls := map[string]string{}
	for _, instance := range []simulator.InstanceConfig{
		{Name: "jira", Product: simulator.Jira, Token: "jira-token"},
		{Name: "confluence", Product: simulator.Confluence, Token: "confluence-token"},
		{
			Name: "bitbucket", Product: simulator.Bitbucket, ContextPath: "/bitbucket", Password: "bitbucket-password", Projects: map[string][]string{"OPS": {"tools"}},
			Tokens: []simulator.AccessToken{{ID: "075905477751", Name: "deploy", Project: "OPS", Permissions: []string{"PROJECT_READ", "REPO_WRITE"}}},
		},
	} {
		urls[instance.Name] = estate.AddInstance(instance).URL()
	}
	organization := estate.AddOrganization(simulator.OrganizationConfig{
		ID: exampleOrganization,
		APIKeys: []simulator.APIKey{
			{Label: "terraform"},
			{ID: "6f2b4c1e-3d58-4e7a-8c90-1b2a3d4e5f60", Label: "pipeline-2026-a"},
			{ID: "0a4f3c52-7be2-4d16-9a0e-5c1d8e2b7f60", Label: "reporting"},
		},
		Users: []simulator.User{{ID: "557058:4f9acfd2-6155-419b-8de5-5b5cf27a59a0", Name: "Ann"}},
	})
	organization.AddTunnel(simulator.TunnelConfig{ID: exampleTunnel})
	instances, err := json.Marshal(urls)
	if err != nil {
		t.Fatal(err)
	}
	return estate, []string{
		"TF_VAR_instances=" + string(instances),
		"TF_VAR_jira_token=jira-token",
		"TF_VAR_bitbucket_password=bitbucket-password",
	}
}
