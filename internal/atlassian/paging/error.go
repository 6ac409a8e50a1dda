// SPDX-License-Identifier: MPL-2.0

package paging

import (
	"fmt"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
)

// Reason says why a list is taken for one without an end.
type Reason int

const (
	// Repeats: a page names one as the next that was read before.
	Repeats Reason = iota + 1
	// TooManyPages: there is always another page.
	TooManyPages
	// TooManyEntries: there are more entries than anybody can use.
	TooManyEntries
)

// Error says that a list has no end, and how far it was read.
type Error struct {
	// List says what is listed.
	List   string
	Reason Reason
	// Pages and Entries count what was read, and kept of it.
	Pages, Entries int
}

// Error says in one line what the server did.
func (e *Error) Error() string {
	return fmt.Sprintf("the list of %s has no end: %s", e.List, e.what())
}

func (e *Error) what() string {
	switch e.Reason {
	case Repeats:
		return fmt.Sprintf("page %d names one as the next that was read before", e.Pages)
	case TooManyPages:
		return fmt.Sprintf("after %d pages with %d entries it names another one", e.Pages, e.Entries)
	default:
		return fmt.Sprintf("it has more than %d entries", e.Entries)
	}
}

// Explain puts the error into words for a person; see [transport.Explain].
func (e *Error) Explain(service string) transport.Explanation {
	return transport.Explanation{
		Cause:  fmt.Sprintf("%s gave a list of %s that has no end: %s.", service, e.List, e.what()),
		Remedy: "Nothing of it was used. Ask for less where the configuration can say so; otherwise this is a fault of the service, or of a proxy on the way.",
	}
}
