// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"fmt"
	"time"

	"github.com/hashicorp/terraform-plugin-framework-timetypes/timetypes"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
)

// timeOrNull writes a time; null where nobody can read it.
func timeOrNull(at time.Time) timetypes.RFC3339 {
	if at.IsZero() {
		return timetypes.NewRFC3339Null()
	}
	return timestamp(at)
}

// countTimeless counts the events whose time nobody can read.
func countTimeless[T any](events []T, at func(T) time.Time) int {
	timeless := 0
	for _, event := range events {
		if at(event).IsZero() {
			timeless++
		}
	}
	return timeless
}

// warnOfTimelessEvents says once how many events of a log have no time.
func warnOfTimelessEvents(timeless int, log string) diag.Diagnostics {
	switch timeless {
	case 0:
		return nil
	case 1:
		return warningAt(path.Root("events"), "Time of an event not readable",
			fmt.Sprintf("1 event in %s has no time, or one in a form that cannot be read: its time is null. All else of it is here.", log))
	default:
		return warningAt(path.Root("events"), "Times of events not readable",
			fmt.Sprintf("%d events in %s have no time, or one in a form that cannot be read: their time is null. All else of them is here.", timeless, log))
	}
}
