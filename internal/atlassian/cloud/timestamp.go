// SPDX-License-Identifier: MPL-2.0

package cloud

import "github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/lenient"

// Timestamp is a time as the APIs of Atlassian Cloud write it: their pages call
// it a string and say no more.
type Timestamp = lenient.Time
