package main

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// introduce prints how to use what is simulated: a provider block, the same
// as environment variables, and the names to try.
func (w *world) introduce(output io.Writer) error {
	var text strings.Builder
	w.writeProviderBlock(&text)
	text.WriteString("\n# Or as environment variables:\n")
	w.writeEnvironment(&text)
	text.WriteString("\n# To try:\n")
	for _, tunnel := range w.tunnels {
		fmt.Fprintf(&text, "#   tunnel to %s: hostname = %q\n", tunnel.instance, tunnel.ID())
	}
	for _, key := range w.organization.APIKeys() {
		fmt.Fprintf(&text, "#   API key: label = %q, key_id = %q\n", key.Label, key.ID)
	}
	text.WriteString("\n# Interrupt to stop and to see what happened.\n")
	_, err := io.WriteString(output, text.String())
	return err
}

func (w *world) writeProviderBlock(text *strings.Builder) {
	fmt.Fprintf(text, "provider \"atlassian\" {\n")
	fmt.Fprintf(text, "  organization_id = %q\n", w.organization.ID())
	fmt.Fprintf(text, "  api_key         = %q\n", w.apiKey.Secret)
	fmt.Fprintf(text, "  api_key_id      = %q\n", w.apiKey.ID)
	fmt.Fprintf(text, "  cloud_url       = %q\n", w.simulator.CloudURL())
	fmt.Fprintf(text, "  instances = {\n")
	for _, instance := range w.instances {
		fmt.Fprintf(text, "    %-10s = { url = %q, ", instance.Name(), instance.URL())
		if instance.config.Token != "" {
			fmt.Fprintf(text, "token = %q }\n", instance.config.Token)
			continue
		}
		fmt.Fprintf(text, "username = %q, password = %q }\n", instance.config.Username, instance.config.Password)
	}
	fmt.Fprintf(text, "  }\n}\n")
}

func (w *world) writeEnvironment(text *strings.Builder) {
	export := func(name, value string) {
		if value != "" {
			fmt.Fprintf(text, "export ATLASSIAN_%s='%s'\n", name, value)
		}
	}
	export("ORGANIZATION_ID", w.organization.ID())
	export("API_KEY", w.apiKey.Secret)
	export("API_KEY_ID", w.apiKey.ID)
	export("CLOUD_URL", w.simulator.CloudURL())
	for _, instance := range w.instances {
		prefix := "INSTANCE_" + strings.ToUpper(instance.Name()) + "_"
		export(prefix+"URL", instance.URL())
		export(prefix+"TOKEN", instance.config.Token)
		if instance.config.Token == "" {
			export(prefix+"USERNAME", instance.config.Username)
			export(prefix+"PASSWORD", instance.config.Password)
		}
	}
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
	for _, key := range w.organization.APIKeys() {
		fmt.Fprintf(table, "%s\t%s\n", key.Label, status(key))
	}
	fmt.Fprintf(table, "\nAtlassian Cloud answered %d requests.\n", w.simulator.Cloud().Count("", ""))
	return table.Flush()
}

func status(key simulator.APIKey) string {
	if key.RevokedAt.IsZero() {
		return "active"
	}
	return "revoked"
}
