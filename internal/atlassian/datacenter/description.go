// SPDX-License-Identifier: MPL-2.0

package datacenter

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
)

// Unreachable is the state of an instance that does not answer at all. It is
// none of Atlassian's words.
const Unreachable = "UNREACHABLE"

// Description is what an instance tells of itself; a field is empty where it
// does not tell.
type Description struct {
	// State is what the instance says, or [Unreachable].
	State string
	// StateError is why the instance is [Unreachable]; nil otherwise.
	StateError error
	// Product, Cluster and what is offered are known of an instance that serves
	// requests.
	Product Product
	Cluster Cluster
	// AESKeyAPI and TunnelClient tell whether the instance has the AES key API
	// and the application tunnels client.
	AESKeyAPI, TunnelClient Offer
	// Warnings says what is empty because it could not be read, a sentence each.
	Warnings []string
}

// Offer says whether an instance has an endpoint. The zero value is where these
// credentials do not get to know.
type Offer int

// What there is to know of an endpoint.
const (
	OfferUnknown Offer = iota
	Offered
	NotOffered
)

// errNoProduct is what an address gets where no Atlassian product answers.
var errNoProduct = errors.New("no Atlassian product answers there: neither a status page nor a manifest of application links is found below the URL")

// Describe asks the instance what it is and what it offers, and changes
// nothing. An instance that is down is no error but a state; of one that does
// not serve requests nothing but the state is asked, and of one that does not
// accept these credentials nothing else with them. What an odd answer does not
// tell is left empty.
func (i *Instance) Describe(ctx context.Context) (Description, error) {
	description, untold, err := i.describeState(ctx)
	if err != nil || description.State != Running && description.State != "" {
		return description, err
	}
	var productErr, keysErr error
	description.Product, productErr = i.manifest(ctx)
	_, keysErr = i.SharedInactiveKeys(ctx)
	description.AESKeyAPI = offer(keysErr)
	accepted := !isLoginRefused(keysErr)
	if accepted && description.Product.Name == "" {
		description.Product, productErr = i.ownPages(ctx, productErr)
	}
	if description.State == "" && description.Product.Name == "" {
		return description, cmp.Or(pageError(untold), pageError(productErr), errNoProduct)
	}
	description.warn("product and version", productErr)
	description.warn("the AES key API", keysErr)
	if accepted {
		i.describeRest(ctx, &description)
	}
	return description, ctx.Err()
}

// describeRest asks for what matters least.
func (i *Instance) describeRest(ctx context.Context, description *Description) {
	for _, answer := range i.askCluster(ctx, description.Product.Name) {
		description.Cluster.add(answer.told)
		description.warn("the cluster", answer.err)
	}
	err := i.findTunnel(ctx)
	description.TunnelClient = offer(err)
	description.warn("the application tunnels client", err)
}

// warn keeps why the instance does not tell of a subject, where that is a
// failure and not how its product answers.
func (d *Description) warn(subject string, err error) {
	if err != nil && !isUntold(err) {
		d.Warnings = append(d.Warnings, fmt.Sprintf("What the instance tells of %s is left out: %v.", subject, err))
	}
}

// pageError returns err if a page for people came in place of an answer.
func pageError(err error) error {
	if isPage(err) {
		return err
	}
	return nil
}

// ownPages asks where Crowd and Bamboo tell what they are. It returns err, why
// the manifest does not, where nobody tells.
func (i *Instance) ownPages(ctx context.Context, err error) (Product, error) {
	for _, ask := range []func(context.Context) (Product, error){i.crowdServerInfo, i.bambooInfo} {
		if product, askErr := ask(ctx); askErr == nil && product.Name != "" {
			return product, nil
		}
	}
	return Product{}, err
}

// describeState returns why the instance does not tell its state, where it does
// not.
func (i *Instance) describeState(ctx context.Context) (description Description, untold, err error) {
	state, err := i.State(ctx)
	switch {
	case isDown(err) && ctx.Err() == nil:
		return Description{State: Unreachable, StateError: err}, nil, nil
	case isUntold(err):
		return Description{}, err, nil
	default:
		return Description{State: state}, nil, err
	}
}

// isDown reports whether err says that nothing behind the address serves
// requests at present.
func isDown(err error) bool {
	failure, ok := errors.AsType[*transport.Error](err)
	if !ok {
		return false
	}
	switch failure.Kind {
	case transport.NotSent, transport.TimedOut, transport.Interrupted, transport.ServerFailed:
		return true
	default:
		// A proxy answers for an instance that is down with a page for people.
		return failure.Status >= http.StatusInternalServerError
	}
}

// findTunnel finds out whether the tunnel client is there without delivering a
// token: its one documented method is PUT, so a GET of the same path changes
// nothing, and is answered 405 where the path exists and 404 where it does not.
// Both follow from HTTP; Atlassian documents neither.
func (i *Instance) findTunnel(ctx context.Context) error {
	_, err := i.client.Do(ctx, transport.Request{Method: http.MethodGet, Path: tunnelTokenPath})
	if hasStatus(err, http.StatusMethodNotAllowed) && !isPage(err) {
		return nil
	}
	return err
}

func offer(err error) Offer {
	switch {
	case err == nil:
		return Offered
	case IsAbsent(err):
		return NotOffered
	default:
		return OfferUnknown
	}
}
