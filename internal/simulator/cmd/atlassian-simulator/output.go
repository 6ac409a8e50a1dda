// SPDX-License-Identifier: MPL-2.0

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// introduce prints what to set in the environment, in words that a shell
// takes, and the names to try.
func (w *world) introduce(output io.Writer, control string) error {
	var text strings.Builder
	text.WriteString("# SIMULATED: a stand-in for Atlassian on loopback addresses. Nothing here is real.\n")
	text.WriteString("# With these variables set, provider \"atlassian\" {} needs no arguments:\n")
	w.writeEnvironment(&text)
	fmt.Fprintf(&text, "export %s='%s'\n", controlVariable, control)
	text.WriteString("# And for the configurations in examples/:\n")
	if err := w.writeVariables(&text); err != nil {
		return err
	}
	text.WriteString("\n# To try:\n")
	for _, tunnel := range w.tunnels {
		fmt.Fprintf(&text, "#   tunnel to %s: hostname = %q\n", tunnel.instance, tunnel.ID())
	}
	for _, organization := range w.organizations {
		for _, key := range organization.APIKeys() {
			fmt.Fprintf(&text, "#   API key: label = %q, key_id = %q\n", key.Label, key.ID)
		}
	}
	text.WriteString("# Bad weather: atlassian-simulator ctl help\n")
	text.WriteString("# Interrupt to stop and to see what happened.\n")
	_, err := io.WriteString(output, text.String())
	return err
}

func (w *world) writeEnvironment(text *strings.Builder) {
	export := func(name, value string) {
		if value != "" {
			fmt.Fprintf(text, "export ATLASSIAN_%s='%s'\n", name, strings.ReplaceAll(value, "'", `'\''`))
		}
	}
	export("CLOUD_URL", w.simulator.CloudURL())
	if len(w.organizations) > 0 {
		first := w.organizations[0]
		export("ORGANIZATION_ID", first.ID())
		export("API_KEY", first.apiKey.Secret)
		export("API_KEY_ID", first.apiKey.ID)
	}
	for _, instance := range w.instances {
		prefix := "INSTANCE_" + variableName(instance.Name()) + "_"
		export(prefix+"URL", instance.URL())
		if instance.config.Token != "" && administersByToken(instance.config.Product) {
			export(prefix+"TOKEN", instance.config.Token)
			continue
		}
		export(prefix+"USERNAME", instance.config.Username)
		export(prefix+"PASSWORD", instance.config.Password)
	}
}

// writeVariables prints the variables that the examples have in common.
func (w *world) writeVariables(text *strings.Builder) error {
	urls, tunnels := map[string]string{}, map[string]string{}
	for _, instance := range w.instances {
		urls[instance.Name()] = instance.URL()
	}
	for _, tunnel := range w.tunnels {
		tunnels[tunnel.ID()] = tunnel.instance
	}
	instances, err := json.Marshal(urls)
	if err != nil {
		return err
	}
	ends, err := json.Marshal(tunnels)
	fmt.Fprintf(text, "export TF_VAR_instances='%s'\nexport TF_VAR_tunnels='%s'\n", instances, ends)
	return err
}

// variableName is the name of an instance in the names of variables.
func variableName(name string) string {
	return strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, strings.ToUpper(name))
}

// report prints what happened.
func (w *world) report(output io.Writer) error {
	table := tabwriter.NewWriter(output, 0, 0, 2, ' ', 0)
	fmt.Fprintf(table, "\nINSTANCE\tREQUESTS\tROTATIONS\tACTIVE KEY\tINACTIVE KEYS\n")
	for _, instance := range w.instances {
		fmt.Fprintf(table, "%s\t%d\t%d\t%s\t%d\n", instance.Name(), instance.Count("", ""),
			instance.Rotations(), instance.ActiveKey(), len(instance.InactiveKeys()))
	}
	fmt.Fprintf(table, "\nTUNNEL TO\tREGENERATIONS\tCONNECTED\n")
	for _, tunnel := range w.tunnels {
		fmt.Fprintf(table, "%s\t%d\t%t\n", tunnel.instance, tunnel.Regenerations(), tunnel.Connected())
	}
	fmt.Fprintf(table, "\nAPI KEY\tSTATUS\n")
	for _, organization := range w.organizations {
		for _, key := range organization.APIKeys() {
			fmt.Fprintf(table, "%s\t%s\n", key.Label, w.status(key))
		}
	}
	fmt.Fprintf(table, "\nTOKEN\tINSTANCE\tID\tEXPIRES\n")
	for _, instance := range w.instances {
		for _, token := range instance.Tokens() {
			fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", token.Name, instance.Name(), token.ID, expiry(token))
		}
	}
	fmt.Fprintf(table, "\nAtlassian Cloud answered %d requests.\n", w.simulator.Cloud().Count("", ""))
	return table.Flush()
}

func expiry(token simulator.AccessToken) string {
	if token.ExpiresAt.IsZero() {
		return "never"
	}
	return token.ExpiresAt.Format(time.RFC3339)
}

func (w *world) status(key simulator.APIKey) string {
	switch {
	case !key.RevokedAt.IsZero():
		return "revoked"
	case !w.clock.now().Before(key.ExpiresAt):
		return "expired"
	default:
		return "active"
	}
}
