// SPDX-License-Identifier: MPL-2.0

//go:build !linux

package simulator

import "net/netip"

// heldAddress is an address that a service uses. Here nothing keeps others from
// taking it while the service is stopped.
type heldAddress struct {
	address string
}

func holdAddress(address netip.AddrPort) (*heldAddress, error) {
	return &heldAddress{address: address.String()}, nil
}

func (*heldAddress) release() {}
