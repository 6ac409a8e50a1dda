// SPDX-License-Identifier: MPL-2.0

package process

import (
	"io"
	"log"
)

// SilenceStandardLog throws away what is written to a logger of the standard
// library. Packages write to its default one whatever they come by: net/http the
// bytes that a server sends unasked, and with GODEBUG every header. Nothing masks
// that, and Terraform takes it into its own log.
func SilenceStandardLog(logger *log.Logger) {
	logger.SetOutput(io.Discard)
}
