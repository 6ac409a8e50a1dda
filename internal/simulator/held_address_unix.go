// SPDX-License-Identifier: MPL-2.0

//go:build unix

package simulator

import (
	"net"
	"net/netip"
	"os"
	"syscall"
)

// heldAddress is an address at which connections are refused, and which nobody
// else is given meanwhile: a client that looks for a stopped service must not
// find another one in its place. A socket is bound to it and does not listen.
type heldAddress struct {
	socket *os.File
}

// holdAddress takes an address that was listened at before.
func holdAddress(address string) (*heldAddress, error) {
	parsed, err := netip.ParseAddrPort(address)
	if err != nil {
		return nil, err
	}
	family, sockaddr := socketAddress(parsed)
	// A process that is started meanwhile does not inherit the socket.
	syscall.ForkLock.RLock()
	descriptor, err := syscall.Socket(family, syscall.SOCK_STREAM, 0)
	if err == nil {
		syscall.CloseOnExec(descriptor)
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return nil, os.NewSyscallError("socket", err)
	}
	socket := os.NewFile(uintptr(descriptor), address)
	if err := bind(descriptor, sockaddr); err != nil {
		_ = socket.Close()
		return nil, err
	}
	return &heldAddress{socket: socket}, nil
}

func socketAddress(of netip.AddrPort) (int, syscall.Sockaddr) {
	if of.Addr().Is4() {
		return syscall.AF_INET, &syscall.SockaddrInet4{Addr: of.Addr().As4(), Port: int(of.Port())}
	}
	return syscall.AF_INET6, &syscall.SockaddrInet6{Addr: of.Addr().As16(), Port: int(of.Port())}
}

func bind(descriptor int, sockaddr syscall.Sockaddr) error {
	// Connections that have just been closed linger at the address.
	if err := syscall.SetsockoptInt(descriptor, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1); err != nil {
		return os.NewSyscallError("setsockopt", err)
	}
	return os.NewSyscallError("bind", syscall.Bind(descriptor, sockaddr))
}

// listen listens at the address, which is never free in between.
func (h *heldAddress) listen() (net.Listener, error) {
	defer h.release()
	// FileListener listens at no socket by itself.
	if err := syscall.Listen(int(h.socket.Fd()), syscall.SOMAXCONN); err != nil {
		return nil, os.NewSyscallError("listen", err)
	}
	return net.FileListener(h.socket)
}

// release gives the address back.
func (h *heldAddress) release() {
	_ = h.socket.Close()
}
