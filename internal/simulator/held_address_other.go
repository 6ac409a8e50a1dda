// SPDX-License-Identifier: MPL-2.0

//go:build !unix

package simulator

import (
	"context"
	"net"
)

// heldAddress is an address at which connections are refused. Here nothing keeps
// others from taking it meanwhile.
type heldAddress struct {
	address string
}

func holdAddress(address string) (*heldAddress, error) {
	return &heldAddress{address: address}, nil
}

// listen listens at the address.
func (h *heldAddress) listen() (net.Listener, error) {
	return new(net.ListenConfig).Listen(context.Background(), "tcp", h.address)
}

func (*heldAddress) release() {}
