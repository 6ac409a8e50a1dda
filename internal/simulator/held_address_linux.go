// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"net/netip"
	"os"
	"syscall"
)

// heldAddress is a loopback address that nobody else is given, whether or not
// somebody listens there: a client that looks for a stopped service must not find
// another one in its place. A socket is bound to it and never listens.
type heldAddress struct {
	address string
	socket  int
}

// holdAddress holds an address with the given port, or with one of the system's
// choice where that is 0.
func holdAddress(address netip.AddrPort) (*heldAddress, error) {
	socket, err := newSocket(address.Addr())
	if err != nil {
		return nil, err
	}
	port, err := bind(socket, address)
	if err != nil {
		_ = syscall.Close(socket)
		return nil, err
	}
	return &heldAddress{address: netip.AddrPortFrom(address.Addr(), port).String(), socket: socket}, nil
}

func newSocket(of netip.Addr) (int, error) {
	family := syscall.AF_INET6
	if of.Is4() {
		family = syscall.AF_INET
	}
	socket, err := syscall.Socket(family, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	return socket, os.NewSyscallError("socket", err)
}

// bind returns the port.
func bind(socket int, address netip.AddrPort) (uint16, error) {
	// Listeners set the same, and only such sockets share an address.
	if err := syscall.SetsockoptInt(socket, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1); err != nil {
		return 0, os.NewSyscallError("setsockopt", err)
	}
	if err := syscall.Bind(socket, sockaddr(address)); err != nil {
		return 0, os.NewSyscallError("bind", err)
	}
	bound, err := syscall.Getsockname(socket)
	if err != nil {
		return 0, os.NewSyscallError("getsockname", err)
	}
	switch bound := bound.(type) {
	case *syscall.SockaddrInet4:
		return uint16(bound.Port), nil
	case *syscall.SockaddrInet6:
		return uint16(bound.Port), nil
	default:
		return address.Port(), nil
	}
}

func sockaddr(of netip.AddrPort) syscall.Sockaddr {
	if of.Addr().Is4() {
		return &syscall.SockaddrInet4{Addr: of.Addr().As4(), Port: int(of.Port())}
	}
	return &syscall.SockaddrInet6{Addr: of.Addr().As16(), Port: int(of.Port())}
}

// release lets others have the address.
func (h *heldAddress) release() {
	_ = syscall.Close(h.socket)
}
