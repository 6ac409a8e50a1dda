// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Read validates and reads a data source, and returns its attributes and what it
// said. It ends with the first step that fails, and then there are none.
func (e *Estate) Read(t T, typeName string, config Object) (map[string]tftypes.Value, Diagnostics) {
	t.Helper()
	return e.StartProcess(t).Read(t, typeName, config)
}

// Read is [Estate.Read] in a process that does more, as one run does.
func (p *Process) Read(t T, typeName string, config Object) (map[string]tftypes.Value, Diagnostics) {
	t.Helper()
	schema := p.Schemas.DataSourceSchemas[typeName]
	encoded := p.Encode(schema, config)
	validated := call(t.Context(), p, p.Server.ValidateDataResourceConfig, &tfprotov6.ValidateDataResourceConfigRequest{TypeName: typeName, Config: encoded})
	diagnostics := Diagnostics(validated.Diagnostics)
	if len(diagnostics.Errors()) > 0 {
		return nil, diagnostics
	}
	read := call(t.Context(), p, p.Server.ReadDataSource, &tfprotov6.ReadDataSourceRequest{TypeName: typeName, Config: encoded})
	diagnostics = append(diagnostics, read.Diagnostics...)
	if len(diagnostics.Errors()) > 0 {
		return nil, diagnostics
	}
	return attributesOf(t, p.value(schema, read.State)), diagnostics
}

// MustRead fails the test unless a data source is read without an error and its
// values are these, as [ManagedResource.String] writes them. A name leads into
// lists and objects: events.0.time, and events.# is how many there are.
func (e *Estate) MustRead(t T, typeName string, config Object, want map[string]string) {
	t.Helper()
	e.StartProcess(t).MustRead(t, typeName, config, want)
}

// MustRead is [Estate.MustRead] in a process that does more, as one run does.
func (p *Process) MustRead(t T, typeName string, config Object, want map[string]string) {
	t.Helper()
	read, said := p.Read(t, typeName, config)
	said.MustNotFail(t)
	for _, path := range slices.Sorted(maps.Keys(want)) {
		if got := textAt(read, path); got != want[path] {
			t.Errorf("%s is %q, want %q", path, got, want[path])
		}
	}
}

// MustNotRead fails the test unless reading a data source fails with an error
// that holds all of words.
func (e *Estate) MustNotRead(t T, typeName string, config Object, words ...string) {
	t.Helper()
	_, said := e.Read(t, typeName, config)
	said.MustFail(t, words...)
}

// textAt writes the value that a path of names, indices and # leads to.
func textAt(attributes map[string]tftypes.Value, path string) string {
	name, rest, leads := strings.Cut(path, ".")
	value, ok := attributes[name]
	switch {
	case !ok:
		return "(no " + name + ")"
	case !leads:
		return text(value)
	}
	var list []tftypes.Value
	if value.As(&list) == nil && !value.IsNull() {
		if rest == "#" {
			return strconv.Itoa(len(list))
		}
		parts := map[string]tftypes.Value{}
		for i, part := range list {
			parts[strconv.Itoa(i)] = part
		}
		return textAt(parts, rest)
	}
	var parts map[string]tftypes.Value
	if value.As(&parts) != nil {
		return "(" + name + " leads nowhere)"
	}
	return textAt(parts, rest)
}
