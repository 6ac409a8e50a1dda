// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"bytes"
	"io"
	"log"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// silent is for servers whose connections are meant to break.
func silent() *log.Logger {
	return log.New(io.Discard, "", 0)
}

// resourceConfigs are configurations of every resource, the first to create it
// and the others to change it.
func resourceConfigs() map[string][]acctest.Object {
	type object = acctest.Object
	return map[string][]acctest.Object{
		"atlassian_dc_aes_rotation": {
			{"instance": "jira", "rotate_triggers": object{"v": "1"}, "inactive_key_retention": "0s", "delete_inactive_keys_on_destroy": true},
			{"instance": "jira", "rotate_triggers": object{"v": "2"}, "delete_inactive_keys_on_destroy": true},
		},
		"atlassian_tunnel_token": {
			{"hostname": tunnelID, "instance": "jira", "rotate_triggers": object{"v": "1"}},
			{"hostname": tunnelID, "instance": "jira", "rotate_triggers": object{"v": "2"}},
		},
		"atlassian_org_api_key": {
			{"label": "ci"},
			{"key_id": "cd-id"},
		},
		"atlassian_dc_personal_access_token": {
			{"instance": "jira", "name": "robot", "expires_in": "90d", "rotate_triggers": object{"v": "1"}},
			{"instance": "jira", "name": "robot", "expires_in": "90d", "rotate_triggers": object{"v": "2"}},
		},
		"atlassian_bitbucket_http_access_token": {
			{"instance": "git", "name": "robot", "expires_in": "90d", "user": "admin", "permissions": []string{"REPO_READ"}, "rotate_triggers": object{"v": "1"}},
			{"instance": "git", "name": "robot", "expires_in": "90d", "user": "admin", "permissions": []string{"REPO_READ"}, "rotate_triggers": object{"v": "2"}},
		},
	}
}

// actionConfigs are configurations of every action.
func actionConfigs() map[string]acctest.Object {
	return map[string]acctest.Object{
		rotateAESKeyAction:       {"instance": "git"},
		deleteInactiveKeysAction: {"instance": "git"},
		rotateTunnelTokenAction:  {"hostname": tunnelID, "instance": "jira"},
		revokeKeyType:            {"key_id": "cd-id"},
		revokeTokensType:         {"account_id": "557058:ann", "all": true},
		addAuthPolicyUsersAction: {"policy_id": authPolicy, "emails": []string{"ann@example.com"}},

		"atlassian_dc_revoke_token":               {"instance": "jira", "token_id": "1"},
		"atlassian_revoke_service_account_tokens": {"service_account_id": "robot-id"},
		"atlassian_delete_oauth_client":           {"client_id": "client-id"},
	}
}

// useEveryType does with every type what a CLI does, and does not mind whether it
// succeeds. It fails the test for a type that it has no configuration for.
func (e *spikedEstate) useEveryType(t *testing.T) {
	t.Helper()
	process := e.StartProcess(t)
	e.useResources(t, process)
	for name, schema := range process.Schemas.DataSourceSchemas {
		for _, instance := range instancesFor(schema) {
			read(t, process, name, schema, instance)
		}
	}
	for name := range process.Schemas.ActionSchemas {
		config, ok := actionConfigs()[name]
		if !ok {
			t.Errorf("%s has no configuration here", name)
		}
		e.InvokeAction(t, name, config)
	}
	for name := range process.Schemas.ListResourceSchemas {
		e.List(t, name, 0, acctest.Object{})
	}
}

// instancesFor names what a data source can be read of; the one for what is of
// no instance.
func instancesFor(schema *tfprotov6.Schema) []string {
	ofInstance := func(attribute *tfprotov6.SchemaAttribute) bool { return attribute.Name == "instance" }
	if slices.ContainsFunc(schema.Block.Attributes, ofInstance) {
		return []string{"jira", "git"}
	}
	return []string{"jira"}
}

func (e *spikedEstate) useResources(t *testing.T, process *acctest.Process) {
	t.Helper()
	for name := range process.Schemas.ResourceSchemas {
		configs, ok := resourceConfigs()[name]
		if !ok {
			t.Errorf("%s has no configuration here", name)
			continue
		}
		managed := e.NewManagedResource(name)
		for _, config := range configs {
			if plan := managed.Plan(t, config); len(plan.Diagnostics.Errors()) == 0 {
				managed.Apply(t.Context(), t, plan)
			}
			e.expectStored(t, name, managed)
			managed.Refresh(t)
		}
		if managed.Exists() {
			managed.Destroy(t)
		}
	}
}

// expectStored remembers the token that a resource keeps in state: it may be there
// and nowhere else.
func (e *spikedEstate) expectStored(t *testing.T, typeName string, managed *acctest.ManagedResource) {
	t.Helper()
	if managed.Exists() && strings.HasSuffix(typeName, "_access_token") {
		if token := managed.String(t, "token"); token != "" {
			e.stored = append(e.stored, token)
		}
	}
}

// read reads a data source with no more than it needs.
func read(t *testing.T, process *acctest.Process, name string, schema *tfprotov6.Schema, instance string) {
	t.Helper()
	config := acctest.Object{}
	texts := sampleTexts("")
	texts["instance"] = instance
	for _, attribute := range schema.Block.Attributes {
		if attribute.Required {
			config[attribute.Name] = texts[attribute.Name]
		}
	}
	if _, ok := config["old_key_arns"]; ok || name == "atlassian_cmk_reencryption_request" {
		return // It asks nobody.
	}
	process.Read(t, name, config)
}

// mustShowNone fails the test where something that left the provider holds one of
// the estate's secrets in any form.
func (e *spikedEstate) mustShowNone(t *testing.T) {
	t.Helper()
	expectNowhere(t, map[string][]byte{"the log": e.Log(), "what is said": e.Words(), "state or plan": e.Values()}, e.secrets)
	expectNowhere(t, map[string][]byte{"the log": e.Log(), "what is said": e.Words()}, e.stored)
}

// Servers repeat every secret of the provider in every text of every answer. What
// types store, say and log of it is masked.
func TestTypes_showNoSecretThatAnAnswerRepeats(t *testing.T) {
	t.Parallel()
	for name, spared := range map[string]func(field string) bool{
		"everywhere":                   func(string) bool { return false },
		"in all but IDs":               spares("id", "accountId", "account_id", "inactiveKeys", "label", "taskId", "state"),
		"in all but what is compared":  spares("id", "account_id", "inactiveKeys", "deletedKeys", "label", "status", "state", "taskId", "timestamp", "createdAt", "expiresAt", "token", "rawToken", "name"),
		"only in keys and their names": func(field string) bool { return !slices.Contains([]string{"inactiveKeys", "label", "name"}, field) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate := newSpikedEstate(t)
			estate.confidential(t, name, 3)
			estate.spares = spared
			estate.useEveryType(t)
			estate.MustHold(t, "Received HTTP answer", "***")
			if name == "in all but what is compared" && len(estate.stored) < 4 {
				t.Errorf("%d tokens were stored: what is said of them proves nothing", len(estate.stored))
			}
			estate.mustShowNone(t)
		})
	}
}

// spares returns what names the fields.
func spares(fields ...string) func(field string) bool {
	return func(field string) bool { return slices.Contains(fields, field) }
}

// The same where every request fails, in each way that the simulator knows.
func TestTypes_showNoSecretWhateverFails(t *testing.T) {
	t.Parallel()
	faults := append(simulator.NamedFaults(), simulator.NamedFault{Name: "407", Fault: simulator.Fault{Status: http.StatusProxyAuthRequired}})
	tried := map[shown]bool{}
	for _, fault := range faults {
		if fault.Kind == simulator.Delay || fault.Kind == simulator.RefuseConnection || fault.Kind == simulator.HugeBody || fault.Kind == simulator.SlowBody {
			// These have no words of their own.
			continue
		}
		answer := shownOf(fault.Fault)
		if tried[answer] {
			continue
		}
		tried[answer] = true
		t.Run(fault.Name, func(t *testing.T) {
			t.Parallel()
			estate := newSpikedEstate(t)
			estate.confidential(t, fault.Name, 1)
			for _, server := range []interface{ Inject(simulator.Fault) }{estate.jira, estate.git, estate.Simulator.Cloud()} {
				// The list that proves the credentials is answered, so that what comes next fails.
				server.Inject(simulator.Fault{Method: http.MethodGet, Path: inactivePath, Kind: simulator.ByteOrderMark, Times: 1})
				server.Inject(fault.Fault)
			}
			estate.useEveryType(t)
			estate.MustHold(t, "Sending HTTP request")
			estate.mustShowNone(t)
		})
	}
	t.Logf("%d kinds of answers, every type", len(tried))
}

// shown is what a fault lets the provider see: not what was done, nor when it is.
type shown struct {
	kind              simulator.FaultKind
	status            int
	body, contentType string
}

func shownOf(fault simulator.Fault) shown {
	kind := fault.Kind
	switch {
	case kind == simulator.ResetAfter, kind == simulator.ChangeLater && fault.Status == 0:
		kind = simulator.ResetBefore
	case kind == simulator.ChangeLater:
		kind = simulator.Status
	}
	return shown{kind, fault.Status, fault.Body, fault.ContentType}
}

// A secret that stands where something else belongs is in no message and no log.
// What was configured is in the plan: that is Terraform's.
func TestTypes_repeatNoSecretThatIsPastedInTheWrongPlace(t *testing.T) {
	t.Parallel()
	estate := newSpikedEstate(t)
	process := estate.StartProcess(t)
	samples := sampler{texts: sampleTexts("https://jira.example.com")}
	tried := 0
	for _, kind := range kindsOfTypes(estate.Logging(t.Context()), t, process) {
		for typeName, schema := range kind.schemas {
			for _, all := range []bool{true, false} {
				pasted(t, samples.config(schema, all), func(place string, config tftypes.Value, secret string) {
					encoded, err := tfprotov6.NewDynamicValue(config.Type(), config)
					if err != nil {
						t.Fatal(err)
					}
					calls := kind.calls(typeName, &encoded)
					refused, err := calls["validate"]()
					if err != nil {
						t.Fatal(err)
					}
					if kind.name == "resource" && len(acctest.Diagnostics(refused).Errors()) > 0 {
						// No CLI plans it. The framework logs elements of a set in a plan.
						delete(calls, "plan")
					}
					for step, call := range calls {
						said, err := call()
						if err != nil {
							t.Fatal(err)
						}
						tried++
						expectNowhere(t, map[string][]byte{typeName + "." + place + ", " + step: words(said)}, []string{secret})
					}
				})
			}
		}
	}
	expectNowhere(t, map[string][]byte{"the log": estate.Log()}, estate.secrets)
	t.Logf("%d calls", tried)
}

// pasted calls try with each text of a configuration replaced by a secret.
func pasted(t *testing.T, value tftypes.Value, try func(place string, config tftypes.Value, secret string)) {
	t.Helper()
	var places []*tftypes.AttributePath
	if err := tftypes.Walk(value, func(place *tftypes.AttributePath, part tftypes.Value) (bool, error) {
		if part.Type().Is(tftypes.String) && !part.IsNull() {
			places = append(places, place)
		}
		return true, nil
	}); err != nil {
		t.Fatal(err)
	}
	for _, place := range places {
		for _, secret := range []string{spikeAPIKey, spikeGit} {
			config, err := tftypes.Transform(value, func(at *tftypes.AttributePath, part tftypes.Value) (tftypes.Value, error) {
				if at.Equal(place) {
					return tftypes.NewValue(tftypes.String, secret), nil
				}
				return part, nil
			})
			if err != nil {
				t.Fatal(err)
			}
			try(place.String(), config, secret)
		}
	}
}

// words returns what diagnostics say.
func words(diagnostics []*tfprotov6.Diagnostic) []byte {
	var said bytes.Buffer
	for _, diagnostic := range diagnostics {
		said.WriteString(diagnostic.Summary + "\n" + diagnostic.Detail + "\n")
	}
	return said.Bytes()
}

// An import ID is what people paste.
func TestImport_repeatsNoSecret(t *testing.T) {
	t.Parallel()
	estate := newSpikedEstate(t)
	process := estate.StartProcess(t)
	for _, typeName := range slices.Sorted(maps.Keys(process.Schemas.ResourceSchemas)) {
		for _, secret := range estate.secrets {
			for _, id := range []string{secret, estate.organization.ID() + "/" + secret, secret + "/" + tunnelID} {
				estate.NewManagedResource(typeName).Import(t, id)
			}
		}
	}
	expectNowhere(t, map[string][]byte{"the log": estate.Log(), "what is said": estate.Words()}, estate.secrets)
}

// Nor does the provider block repeat what it was given.
func TestProvider_repeatsNoSecretOfItsBlock(t *testing.T) {
	t.Parallel()
	estate := newSpikedEstate(t)
	schema := estate.StartProcess(t).Schemas.Provider
	texts := sampleTexts("https://jira.example.com")
	texts["api_key"], texts["password"] = spikeAPIKey, spikeGit
	for _, omitted := range [][]string{{"username", "password", "client_certificate", "client_key"}, {"token"}} {
		pasted(t, sampler{texts: texts, omitted: omitted}.config(schema, true), func(place string, block tftypes.Value, secret string) {
			process := estate.StartProcess(t)
			encoded, err := tfprotov6.NewDynamicValue(block.Type(), block)
			if err != nil {
				t.Fatal(err)
			}
			validated, err := process.Server.ValidateProviderConfig(estate.Logging(t.Context()), &tfprotov6.ValidateProviderConfigRequest{Config: &encoded})
			if err != nil {
				t.Fatal(err)
			}
			expectNowhere(t, map[string][]byte{place: words(validated.Diagnostics)}, []string{secret})
		})
	}
}

// forgery is what steers a terminal or pretends to be a line of the CLI.
const forgery = "x\x1b[2J\u202e\x07bell\r\nError: forged"

// Servers put control characters into every text of every answer. None reaches
// a message, a name, state or a log as it is.
func TestTypes_letNoServerSteerATerminal(t *testing.T) {
	t.Parallel()
	everywhere := func(string) bool { return false }
	for name, test := range map[string]struct {
		spares func(field string) bool
		status int
	}{
		"everywhere":                  {everywhere, http.StatusOK},
		"everywhere, refused":         {everywhere, http.StatusForbidden},
		"everywhere, failed":          {everywhere, http.StatusInternalServerError},
		"in all but what is compared": {spares("id", "account_id", "inactiveKeys", "deletedKeys", "label", "status", "state", "taskId"), http.StatusOK},
		"in names": {func(field string) bool {
			return !slices.Contains([]string{"inactiveKeys", "label", "name", "version", "message"}, field)
		}, http.StatusOK},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate := newSpikedEstate(t)
			estate.spike = func(*http.Request, string) string { return forgery }
			estate.spares = test.spares
			said := estate.Values
			if test.status != http.StatusOK {
				estate.failAll(test.status)
				said = estate.Words
			}
			estate.useEveryType(t)
			for where, content := range map[string][]byte{"the log": estate.Log(), "what is said": estate.Words(), "state or plan": estate.Values()} {
				for _, raw := range []string{"\x1b[2J", "\u202e", "\x07bell", "\r\nError", "\nError: forged"} {
					if at := bytes.Index(content, []byte(raw)); at >= 0 {
						t.Errorf("%q is in %s: %q", raw, where, content[max(0, at-200):min(len(content), at+100)])
					}
				}
			}
			if !bytes.Contains(said(), []byte(`\x1b[2J`)) {
				t.Error("nothing of it was made visible: it proves nothing")
			}
		})
	}
}

func (e *spikedEstate) failAll(status int) {
	for _, server := range []interface{ Inject(simulator.Fault) }{e.jira, e.git, e.Simulator.Cloud()} {
		server.Inject(simulator.Fault{Status: status})
	}
}
