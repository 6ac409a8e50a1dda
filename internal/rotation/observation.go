// SPDX-License-Identifier: MPL-2.0

package rotation

// Observation is what a list of inactive keys tells when it is held against all
// that is known already.
type Observation struct {
	// Joined names the keys that nobody has ever seen inactive, in the order of
	// the list and each once. Every rotation adds exactly one: the formerly active
	// key. A name that was seen before is never news again: nodes of a cluster
	// disagree, lists lag, folders are restored from backups.
	Joined []string
	// Vanished names the keys that the last list held and this one lacks.
	Vanished []string
	// Deleted is true where every key of the last list has vanished. Atlassian
	// deletes all inactive keys or none, so that anything less is no deletion.
	Deleted bool
}

// Observe compares a fresh list with the last one and with every name that was
// ever known. The order of the names carries no meaning.
func Observe(known, last, fresh []string) Observation {
	vanished := Missing(fresh, last)
	return Observation{
		Joined:   Missing(Union(known, last), fresh),
		Vanished: vanished,
		Deleted:  len(vanished) > 0 && len(vanished) == len(Union(nil, last)),
	}
}

// Rotated reports whether at least one rotation has taken place.
func (o Observation) Rotated() bool {
	return len(o.Joined) > 0
}

// Missing returns the names that are not among known, in their order and each
// once.
func Missing(known, names []string) []string {
	seen := make(map[string]bool, len(known)+len(names))
	for _, name := range known {
		seen[name] = true
	}
	var missing []string
	for _, name := range names {
		if !seen[name] {
			seen[name] = true
			missing = append(missing, name)
		}
	}
	return missing
}

// Union returns the names of both lists, each once, those of the first one
// first.
func Union(first, second []string) []string {
	return append(Missing(nil, first), Missing(first, second)...)
}

// OldestFirst merges a fresh list into the known order: names that are still
// listed keep their place, names that joined follow in the order of the server.
func OldestFirst(known, fresh []string) []string {
	stayed := Missing(Missing(fresh, known), known)
	return append(stayed, Missing(known, fresh)...)
}
