// SPDX-License-Identifier: MPL-2.0

package acctest

import (
	"slices"
	"strconv"

	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// Unknown stands in an [Object] for a value that is not known yet.
type Unknown struct{}

// MarshalJSON writes what the protocol's JSON has in the place of it.
func (Unknown) MarshalJSON() ([]byte, error) {
	return []byte("null"), nil
}

// withUnknowns returns value with those of its parts unknown that config says.
func (p *Process) withUnknowns(value tftypes.Value, config Object) tftypes.Value {
	p.t.Helper()
	wanted := unknownPaths("", config)
	if len(wanted) == 0 {
		return value
	}
	found := 0
	marked, err := tftypes.Transform(value, func(path *tftypes.AttributePath, part tftypes.Value) (tftypes.Value, error) {
		if !slices.Contains(wanted, "."+dotted(path)) {
			return part, nil
		}
		found++
		return tftypes.NewValue(part.Type(), tftypes.UnknownValue), nil
	})
	if err != nil {
		p.t.Fatal(err)
	}
	if found != len(wanted) {
		p.t.Fatalf("of %q only %d can be made unknown", wanted, found)
	}
	return marked
}

// unknownPaths lists where value, which stands at path, holds [Unknown].
func unknownPaths(path string, value any) []string {
	var paths []string
	switch value := value.(type) {
	case Unknown:
		return []string{path}
	case Object:
		for name, part := range value {
			paths = append(paths, unknownPaths(path+"."+name, part)...)
		}
	case []any:
		for i, part := range value {
			paths = append(paths, unknownPaths(path+"."+strconv.Itoa(i), part)...)
		}
	}
	return paths
}
