package rotation

import "slices"

// Verdict is what two looks at a list of inactive keys tell about a rotation
// between them.
type Verdict int

const (
	// NotSeen: nothing joined the list; no rotation has shown so far.
	NotSeen Verdict = iota
	// Rotated: exactly one key joined the list: the formerly active one.
	Rotated
	// RotatedRepeatedly: several keys joined; somebody else rotated as well.
	RotatedRepeatedly
	// Undecidable: nothing joined, but keys left the list. A rotation whose key
	// was deleted at once looks the same as no rotation.
	Undecidable
)

// Happened reports whether at least one rotation took place.
func (v Verdict) Happened() bool {
	return v == Rotated || v == RotatedRepeatedly
}

// Judge compares the names of the inactive keys before and after a rotation was
// asked for. The order of the names carries no meaning.
func Judge(before, after []string) Verdict {
	switch joined := len(Joined(before, after)); {
	case joined == 1:
		return Rotated
	case joined > 1:
		return RotatedRepeatedly
	case len(Joined(after, before)) > 0:
		return Undecidable
	default:
		return NotSeen
	}
}

// Joined returns the names in after that are not in before, in the order of
// after and each once.
func Joined(before, after []string) []string {
	var joined []string
	for _, name := range after {
		if !slices.Contains(before, name) && !slices.Contains(joined, name) {
			joined = append(joined, name)
		}
	}
	return joined
}

// OldestFirst merges a fresh list into the known order: names that are still
// listed keep their place, names that joined follow in the order of the server.
func OldestFirst(known, fresh []string) []string {
	merged := make([]string, 0, len(fresh))
	for _, name := range known {
		if slices.Contains(fresh, name) && !slices.Contains(merged, name) {
			merged = append(merged, name)
		}
	}
	return append(merged, Joined(known, fresh)...)
}
