// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"errors"
	"net"
	"net/netip"
	"strings"
	"syscall"
	"testing"
)

// ipLocalPortRange is the socket option that bounds the ports that Linux chooses
// from: the lowest in the lower half, the highest in the upper half.
const ipLocalPortRange = 51

// TestServer_keepsItsAddressWhileStopped asks for any free port out of one: that
// of a stopped service is not given away.
func TestServer_keepsItsAddressWhileStopped(t *testing.T) {
	t.Parallel()
	jira := newKeyInstance(t)
	address := netip.MustParseAddrPort(strings.TrimPrefix(jira.URL(), "http://"))
	jira.Stop()
	if taken, err := listenAtAnyPortOf(t, address.Port()); err == nil {
		_ = taken.Close()
		t.Fatal("the address of a stopped service was given to somebody else")
	} else if !errors.Is(err, syscall.EADDRINUSE) {
		t.Skipf("skipped: this kernel does not bound the ports that it chooses from: %v", err)
	}
	jira.Start()
	jira.Stop()
	if _, err := listenAtAnyPortOf(t, address.Port()); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("stopped again: %v", err)
	}
}

func listenAtAnyPortOf(t *testing.T, port uint16) (net.Listener, error) {
	t.Helper()
	config := net.ListenConfig{Control: func(_, _ string, socket syscall.RawConn) error {
		var failed error
		err := socket.Control(func(descriptor uintptr) {
			failed = syscall.SetsockoptInt(int(descriptor), syscall.SOL_IP, ipLocalPortRange, int(port)<<16|int(port))
		})
		return errors.Join(err, failed)
	}}
	return config.Listen(t.Context(), "tcp", "127.0.0.1:0")
}
