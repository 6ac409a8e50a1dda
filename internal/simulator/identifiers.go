// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"fmt"
	"io"
	"time"
)

// randomBytes takes n bytes from the handed-in source. The caller holds the
// lock, because a source need not be safe for concurrent use.
func (s *Simulator) randomBytes(n int) []byte {
	bytes := make([]byte, n)
	if _, err := io.ReadFull(s.random, bytes); err != nil {
		panic(fmt.Sprintf("simulator: the random source failed: %v", err))
	}
	return bytes
}

// newUUID returns a random (version 4) UUID. The caller holds the lock.
func (s *Simulator) newUUID() string {
	b := s.randomBytes(16)
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[0:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// uuidOr returns id, or a random UUID where it is empty.
func (s *Simulator) uuidOr(id string) string {
	if id == "" {
		return s.newUUID()
	}
	return id
}

// timeOr returns at, or the fallback where it is zero.
func timeOr(at, fallback time.Time) time.Time {
	if at.IsZero() {
		return fallback
	}
	return at
}
