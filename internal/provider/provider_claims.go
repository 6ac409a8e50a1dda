// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"slices"
	"sync"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-go/tftypes"
)

// subject is what a managed resource manages, whatever it is called in a
// configuration: a base URL, a tunnel, an API key.
type subject struct {
	kind, key string
}

// known reports whether it is known yet what the resource manages.
func (s subject) known() bool {
	return s.key != ""
}

func (s subject) String() string {
	return fmt.Sprintf("%s %s", s.kind, s.key)
}

// role is what a resource is about to do with its subject in a run.
type role int

const (
	// keeps: the plan goes on with it.
	keeps role = iota
	// creates: the plan takes it under management.
	creates
	// ends: the plan destroys the resource.
	ends
)

// part is what one resource plays for its subject.
type part struct {
	role role
	// config is the configuration of the resource. It tells two resources apart as
	// far as a provider can: it sees no addresses, and the plan of a forced
	// replacement keeps and creates by one configuration. The zero value is that of
	// no other part.
	config tftypes.Value
	// replaces is true for a creation in the place of an object in state. Its
	// configuration may be another one than what that is kept by: ignore_changes
	// counts for the latter alone.
	replaces bool
	// remembered is true where the object that is kept has private state: then the
	// creation in its place has it as well.
	remembered bool
	// revokes is true where ending the resource ends the subject itself.
	revokes bool
	// twin is the configuration of a creation. Of two creations by one configuration
	// nobody can tell whether they are two resources, or one that is planned again in
	// the same process, as terraform test does from 1.14 on.
	twin tftypes.Value
	// made is true for a creation that was carried out: it is what a later plan of
	// the same process keeps.
	made bool
}

// twinOf reports whether p and other may be the creation of one resource.
func (p part) twinOf(other part) bool {
	return p.twin.Type() != nil && other.twin.Type() != nil && p.twin.Equal(other.twin)
}

// conflict is what keeps two parts from being played for one subject.
type conflict int

const (
	noConflict conflict = iota
	// createdTwice: another resource, in state or not, has the subject as well.
	createdTwice
	// perhapsTwice: another resource of the same configuration creates it as well, or
	// the same one is planned again.
	perhapsTwice
	// keptTwice: two resources have the subject in state.
	keptTwice
	// endedWhileUsed: what one resource ends is what another one keeps or creates.
	endedWhileUsed
)

// claims knows which resources of a run have to do with which subjects: one
// resource for one subject. Whichever of two is planned later finds out. It is
// safe for concurrent use.
type claims struct {
	// plansAgain is true where one process may plan a creation twice.
	plansAgain bool

	mutex   sync.Mutex
	parts   map[subject][]part
	applies bool
}

// newClaims returns the claims of a run of a CLI of the given version. Its
// terraform test keeps a provider from plan to apply since 1.14.
func newClaims(terraformVersion string) *claims {
	var major, minor int
	_, err := fmt.Sscanf(terraformVersion, "%d.%d", &major, &minor)
	return &claims{parts: map[subject][]part{}, plansAgain: err == nil && (major > 1 || minor >= 14)}
}

// take records that a resource plays a part, and says what that contradicts.
func (c *claims) take(of subject, taken part) conflict {
	if !of.known() {
		return noConflict
	}
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if !c.plansAgain {
		taken.twin = tftypes.Value{}
	}
	found := noConflict
	for _, other := range c.parts[of] {
		if found == noConflict {
			found = taken.against(other)
		}
	}
	c.parts[of] = append(c.parts[of], taken)
	return found
}

// against returns what p contradicts in other.
func (p part) against(other part) conflict {
	if p.role > other.role {
		p, other = other, p
	}
	switch {
	case p.role == keeps && other.role == keeps:
		return keptTwice
	case p.role == creates && other.role == creates && p.twinOf(other):
		return perhapsTwice
	case p.role == creates && other.role == creates:
		return createdTwice
	case p.role == keeps && other.role == creates && !other.made && !other.replaces && (p.remembered || !p.config.Equal(other.config)):
		return createdTwice
	case other.role == ends && other.revokes && p.role != ends:
		return endedWhileUsed
	default:
		return noConflict
	}
}

// takenTwice says of a conflict between resources that manage things which do
// not end with them.
func (c conflict) takenTwice(of subject) diag.Diagnostics {
	const why = "Each resource would rotate it by its own schedule and take what the other one does for a rotation elsewhere. Keep one of them."
	switch c {
	case createdTwice:
		return diag.Diagnostics{diag.NewErrorDiagnostic(fmt.Sprintf("Two resources manage the %s", of),
			"The configuration has another resource for it. "+why+" Nothing was changed.")}
	case perhapsTwice:
		return diag.Diagnostics{diag.NewWarningDiagnostic(fmt.Sprintf("Two resources may manage the %s", of),
			"This run has planned two creations of it with one configuration. "+plannedAgain+" "+why)}
	case keptTwice:
		return diag.Diagnostics{diag.NewWarningDiagnostic(fmt.Sprintf("Two resources manage the %s", of),
			"Both are in state. "+why+" To drop one, write a removed block with destroy = false.")}
	default:
		return nil
	}
}

// plannedAgain says what else two creations by one configuration may be.
const plannedAgain = "In terraform test that is one resource which is planned and then applied; anywhere else these are two."

// recordMade records that what was to be created is there.
func (c *claims) recordMade(of subject) {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	for i := range c.parts[of] {
		if c.parts[of][i].role == creates {
			c.parts[of][i].made = true
		}
	}
}

// plays reports whether a resource of this run plays a role for the subject.
func (c *claims) plays(of subject, wanted role) bool {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return slices.ContainsFunc(c.parts[of], func(p part) bool { return p.role == wanted })
}

// startApplying records that this run has begun to apply its plan.
func (c *claims) startApplying() {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.applies = true
}

// applying reports whether this run is known to apply a plan: it has created or
// destroyed something.
func (c *claims) applying() bool {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.applies
}

// claim records what a resource is about to do, and refuses a second resource
// for one subject.
func (d *providerData) claim(of subject, taken part) diag.Diagnostics {
	if d == nil {
		return nil
	}
	found := d.claims.take(of, taken)
	if found == createdTwice && d.claims.applying() {
		// The plan has let it pass: refused now, it would be destroyed and not created.
		found = keptTwice
	}
	return found.takenTwice(of)
}
