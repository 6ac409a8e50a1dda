// SPDX-License-Identifier: MPL-2.0

package simulator

// ExpireAPIKey makes the key of an ID or a label expire now, and reports
// whether there is one.
func (o *Organization) ExpireAPIKey(idOrLabel string) bool {
	return locked(o.cloud.simulator, func() bool {
		for _, key := range o.keys {
			if key.ID == idOrLabel || key.Label == idOrLabel {
				key.ExpiresAt = o.cloud.now()
				return true
			}
		}
		return false
	})
}
