// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
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

// TestExamples_areAppliedTwiceToTheDefaultEstate applies every example with the
// real CLI to the estate that the simulator's command shows by default, with what
// that command says to export and nothing else. The second plan is empty.
func TestExamples_areAppliedTwiceToTheDefaultEstate(t *testing.T) {
	t.Parallel()
	found := joinReaders(findExamples(t))
	if len(found) == 0 {
		t.Fatal("there are no examples")
	}
	cli := sync.OnceValue(func() version { return cliVersion(acctest.NewEstate(t).NewWorkspace(t)) })
	for _, example := range found {
		t.Run(example.name, func(t *testing.T) {
			t.Parallel()
			if lacks := example.lacks(cli()); lacks != "" {
				t.Skip("skipped: the example needs " + lacks)
			}
			simulated := acctest.StartSimulatorCommand(t)
			workspace := simulated.NewWorkspace(t)
			// What examples have in variables that take credentials.
			workspace.Env = append(workspace.Env,
				"TF_VAR_jira_token="+simulated.MustHave("ATLASSIAN_INSTANCE_JIRA_TOKEN"),
				"TF_VAR_bitbucket_password="+simulated.MustHave("ATLASSIAN_INSTANCE_BITBUCKET_PASSWORD"),
				"TF_VAR_api_keys="+apiKeysOf(simulated))
			example.copyTo(t, workspace)
			mustApplyTwice(t, workspace)
			if example.isQuery() {
				workspace.MustRun(0, "query", "-no-color")
			}
			if example.goesOnWithoutAnInstance() {
				simulated.MustControl("stop", "crowd")
				mustApplyTwice(t, workspace)
			}
		})
	}
}

// TestExamples_quickstartTakesAnEstateOverAsItIs imports what the quickstart
// manages, and rotates nothing.
func TestExamples_quickstartTakesAnEstateOverAsItIs(t *testing.T) {
	t.Parallel()
	simulated := acctest.StartSimulatorCommand(t)
	workspace := simulated.NewWorkspace(t)
	for _, example := range findExamples(t) {
		if example.name == "quickstart" {
			example.copyTo(t, workspace)
		}
	}
	workspace.MustWrite("takeover_override.tf", `
resource "atlassian_dc_aes_rotation" "all" {
  rotate_on_create = false
}
`)
	workspace.MustWrite("import.tf", `
import {
  for_each = var.tunnels
  to       = atlassian_tunnel_token.all[each.key]
  id       = each.key
}
`)
	mustApplyTwice(t, workspace)
	if said := workspace.MustRun(0, "output", "-no-color").Stdout; strings.Contains(said, `"terraform"`) {
		t.Errorf("something was rotated:\n%s", said)
	}
}

// TestExamples_moduleIsTestedWithAMockAndAgainstTheSimulator runs the tests of a
// module as its users would.
func TestExamples_moduleIsTestedWithAMockAndAgainstTheSimulator(t *testing.T) {
	t.Parallel()
	workspace := acctest.StartSimulatorCommand(t).NewWorkspace(t)
	if err := os.CopyFS(workspace.Dir, os.DirFS(filepath.Join(examples, "module-test"))); err != nil {
		t.Fatal(err)
	}
	workspace.MustRun(0, "test", "-no-color")
}

// TestExamples_everyBlockOfThePagesIsValid validates what the pages show as
// Terraform's language and is in no file of the examples: each block on its own.
func TestExamples_everyBlockOfThePagesIsValid(t *testing.T) {
	t.Parallel()
	for name, text := range blocksOfPages(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			block := example{name: name, text: text}
			estate, git := newInstance(t, simulator.InstanceConfig{Product: simulator.Bitbucket, Password: "git-password", TLS: true})
			workspace := estate.NewWorkspace(t)
			if strings.HasPrefix(text, "provider_installation") {
				workspace.MustWrite("settings.tfrc", text)
				workspace.Env = append(workspace.Env, "TF_CLI_CONFIG_FILE="+filepath.Join(workspace.Dir, "settings.tfrc"))
				if said := workspace.MustRun(0, "version"); strings.Contains(said.Stdout+said.Stderr, "Error") {
					t.Errorf("the CLI does not take these settings:\n%s%s", said.Stdout, said.Stderr)
				}
				return
			}
			if lacks := block.lacks(cliVersion(workspace)); lacks != "" {
				t.Skip("skipped: the block needs " + lacks)
			}
			workspace.MustWrite("corp.pem", string(git.CertificatePEM()))
			workspace.MustConfigure(text)
			workspace.MustRun(0, "validate", "-no-color")
		})
	}
}

// blocksOfPages returns them by page and place.
func blocksOfPages(t *testing.T) map[string]string {
	t.Helper()
	known := map[string]bool{}
	for _, kind := range []string{"*.tf", "*.hcl"} {
		for _, depth := range []string{"*", "*/*", "*/*/*"} {
			files, _ := filepath.Glob(filepath.Join(examples, depth, kind))
			for _, file := range files {
				content, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				known[strings.TrimSpace(string(content))] = true
			}
		}
	}
	blocks := map[string]string{}
	for _, depth := range []string{"*.md", "*/*.md"} {
		pages, _ := filepath.Glob(filepath.Join("../../docs", depth))
		for _, page := range pages {
			content, err := os.ReadFile(page)
			if err != nil {
				t.Fatal(err)
			}
			for n, match := range regexp.MustCompile("(?s)```terraform\n(.*?)```").FindAllStringSubmatch(string(content), -1) {
				if !known[strings.TrimSpace(match[1])] {
					blocks[fmt.Sprintf("%s/%d", filepath.Base(page), n+1)] = match[1]
				}
			}
		}
	}
	if len(blocks) == 0 {
		t.Fatal("the pages show nothing")
	}
	return blocks
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
		ofGo, _ := filepath.Glob(filepath.Join(folder, "*_test.go"))
		ofTerraform, _ := filepath.Glob(filepath.Join(folder, "tests", "*.tftest.hcl"))
		if len(ofGo)+len(ofTerraform) > 0 {
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

// joinReaders makes one example of all that do nothing but read: they are in
// nobody's way.
func joinReaders(found []example) []example {
	other := regexp.MustCompile(`(?m)^(?:resource|provider|terraform|action|list) `)
	readers := example{name: "data-sources"}
	var joined []example
	for _, example := range found {
		if other.MatchString(example.text) {
			joined = append(joined, example)
			continue
		}
		readers.files = append(readers.files, example.files...)
		readers.text += example.text
	}
	return append(joined, readers)
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

// apiKeysOf is the value of the variable that holds an API key for each
// organization.
func apiKeysOf(simulated *acctest.SimulatorCommand) string {
	for _, line := range simulated.Env {
		if key, ok := strings.CutPrefix(line, "ATLASSIAN_API_KEY="); ok {
			return fmt.Sprintf("{emea = %q, apac = \"another-key\"}", key)
		}
	}
	return ""
}

// isQuery reports whether the example lists things.
func (e example) isQuery() bool {
	return strings.Contains(e.text, "\nlist \"")
}

// goesOnWithoutAnInstance reports whether the example says that it does.
func (e example) goesOnWithoutAnInstance() bool {
	return strings.Contains(e.text, "unreachable_instances = \"warn\"")
}

// mustApplyTwice applies, and finds nothing left to do.
func mustApplyTwice(t *testing.T, workspace *acctest.Workspace) {
	t.Helper()
	workspace.MustRun(0, "apply", "-auto-approve", "-no-color")
	if said := workspace.MustRun(0, "apply", "-auto-approve", "-no-color").Stdout; !strings.Contains(said, "No changes.") {
		t.Errorf("the second apply has something to do:\n%s", said)
	}
}

// copyTo copies the example to a workspace and adds what a snippet leaves out.
func (e example) copyTo(t *testing.T, workspace *acctest.Workspace) {
	t.Helper()
	if !strings.Contains(e.text, "required_providers") {
		block := "provider \"atlassian\" {}\n"
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
		workspace.MustWrite(strings.ReplaceAll(strings.TrimPrefix(file, examples+"/"), "/", "-"), string(content))
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
