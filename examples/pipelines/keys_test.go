// SPDX-License-Identifier: MPL-2.0

package pipelines_test

import (
	"encoding/json"
	"os/exec"
	"strings"
	"testing"
)

type object = map[string]any

func TestKeys_saysOneLineForEachResourceThatNeedsSomebody(t *testing.T) {
	t.Parallel()
	needs(t, "sh", "jq")
	const aes, tunnel, apiKey = "atlassian_dc_aes_rotation", "atlassian_tunnel_token", "atlassian_org_api_key"
	const now, soon = "2026-01-05T08:00:00Z", "2026-01-10T09:00:00.000+00:00"
	external := object{"instance": "jira", "rotation_origin": "external", "drift_acknowledged": false, "last_rotated_at": now}
	for name, test := range map[string]struct {
		kinds    []string
		typeName string
		values   object
		want     string
		code     int
	}{
		"nothing":                    {nil, aes, object{"instance": "jira", "rotation_due": false, "drift_acknowledged": true}, "", 0},
		"rotated elsewhere":          {nil, aes, external, "jira rotated elsewhere at " + now, 3},
		"by somebody":                {nil, aes, with(external, "last_rotated_by", "ann"), "jira rotated elsewhere by ann at " + now, 3},
		"acknowledged":               {nil, aes, with(external, "drift_acknowledged", true), "", 0},
		"keys vanished":              {nil, aes, with(external, "rotation_origin", "terraform"), "jira changed elsewhere", 3},
		"due":                        {nil, aes, object{"instance": "crowd", "rotation_due": true, "next_rotation_at": now}, "crowd due since " + now, 2},
		"due is no drift":            {[]string{"drift", "expiry"}, aes, object{"instance": "crowd", "rotation_due": true, "next_rotation_at": now}, "", 0},
		"drift and due":              {nil, aes, with(with(external, "rotation_due", true), "next_rotation_at", now), "jira rotated elsewhere at " + now + "; due since " + now, 3},
		"drift and due, only due":    {[]string{"due"}, aes, with(with(external, "rotation_due", true), "next_rotation_at", now), "jira due since " + now, 2},
		"attempt not seen":           {nil, aes, object{"instance": "jira", "rotation_due": true, "rotation_attempted_at": now}, "jira not seen to rotate at " + now, 2},
		"tunnel without its token":   {nil, tunnel, object{"hostname": "h", "name": "n", "instance": "jira", "delivered": false}, "tunnel n down until its token is delivered", 2},
		"token for somebody else":    {nil, tunnel, object{"hostname": "h", "name": nil, "instance": nil, "delivered": false}, "", 0},
		"expires soon":               {nil, apiKey, object{"label": "reports", "status": "active", "expires_soon": true, "expires_at": soon}, "key reports expires in 5 d", 3},
		"expires later":              {nil, apiKey, object{"label": "reports", "status": "active", "expires_soon": false, "expires_at": soon}, "", 0},
		"expired":                    {nil, apiKey, object{"label": "reports", "status": "expired", "expires_soon": true, "expires_at": now}, "key reports expired at " + now, 3},
		"revoked":                    {nil, apiKey, object{"key_id": "k-1", "status": "revoked", "expires_soon": true, "expires_at": soon}, "key k-1 is revoked", 3},
		"missing, asked for expiry":  {[]string{"expiry"}, apiKey, object{"label": "reports", "status": "missing"}, "", 0},
		"token of an instance":       {nil, "atlassian_dc_personal_access_token", object{"instance": "jira", "name": "ci", "rotation_due": true, "next_rotation_at": now}, "token ci of jira due since " + now, 2},
		"what others manage":         {nil, "random_id", object{"rotation_due": true}, "", 0},
		"what no family is known of": {nil, "atlassian_other", object{"rotation_due": true, "next_rotation_at": now}, "module.m.atlassian_other.all due since " + now, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			resource := object{"address": "module.m." + test.typeName + ".all", "mode": "managed", "type": test.typeName, "values": test.values}
			values := object{"values": object{"root_module": object{"child_modules": []any{object{"resources": []any{resource}}}}}}
			plan := object{"format_version": "1.2", "timestamp": now, "prior_state": values}
			said, code := keys(t, plan, test.kinds...)
			if strings.TrimSuffix(said, "\n") != test.want || code != test.code {
				t.Errorf("%q and exit code %d, want %q and %d", said, code, test.want, test.code)
			}
		})
	}
}

func TestKeys_saysWhatAPlanRotates(t *testing.T) {
	t.Parallel()
	needs(t, "sh", "jq")
	resource := object{"address": "a", "mode": "managed", "type": "atlassian_dc_aes_rotation", "values": object{"instance": "jira"}}
	change := object{"address": "a", "change": object{
		"actions": []string{"update"}, "after": object{"rotation_reason": "triggers"}, "after_unknown": object{"last_rotated_at": true},
	}}
	plan := object{
		"format_version":   "1.2",
		"prior_state":      object{"values": object{"root_module": object{"resources": []any{resource}}}},
		"resource_changes": []any{change},
	}
	if said, code := keys(t, plan); said != "jira rotates (triggers)\n" || code != 2 {
		t.Errorf("%q and exit code %d", said, code)
	}
}

func TestKeys_refusesWhatItCannotJudge(t *testing.T) {
	t.Parallel()
	needs(t, "sh", "jq")
	for name, test := range map[string]struct {
		input any
		kind  string
	}{
		"not a plan":       {object{}, "drift"},
		"a list":           {[]any{}, "drift"},
		"unknown kind":     {object{"format_version": "1.2"}, "everything"},
		"metrics and more": {object{"format_version": "1.2"}, "metrics drift"},
	} {
		if _, code := keys(t, test.input, strings.Fields(test.kind)...); code != 1 {
			t.Errorf("%s: exit code %d, want 1", name, code)
		}
	}
	for _, text := range []string{"", "{", "null"} {
		command := exec.CommandContext(t.Context(), "sh", "./keys.sh")
		command.Stdin = strings.NewReader(text)
		if err := command.Run(); err == nil || command.ProcessState.ExitCode() != 1 {
			t.Errorf("%q: %v, want exit code 1", text, err)
		}
	}
}

func with(values object, name string, value any) object {
	changed := object{name: value}
	for key, value := range values {
		if key != name {
			changed[key] = value
		}
	}
	return changed
}

// keys runs keys.sh and returns what it says and its exit code.
func keys(t *testing.T, input any, kinds ...string) (string, int) {
	t.Helper()
	text, err := json.Marshal(input)
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), "sh", append([]string{"-e", "./keys.sh"}, kinds...)...)
	command.Stdin = strings.NewReader(string(text))
	said, err := command.Output()
	if command.ProcessState == nil {
		t.Fatal(err)
	}
	return string(said), command.ProcessState.ExitCode()
}
