package datacenter

import (
	"context"
	"errors"
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
// not serve requests nothing but the state is asked.
func (i *Instance) Describe(ctx context.Context) (Description, error) {
	description, err := i.describeState(ctx)
	if err != nil || description.State != Running && description.State != "" {
		return description, err
	}
	if description.Product, err = i.Product(ctx); err != nil {
		return description, err
	}
	if description.State == "" && description.Product == (Product{}) {
		return description, errNoProduct
	}
	if description.Cluster, err = i.Cluster(ctx, description.Product.Name); err != nil {
		return description, err
	}
	if description.AESKeyAPI, err = i.offersAESKeys(ctx); err != nil {
		return description, err
	}
	description.TunnelClient, err = i.offersTunnel(ctx)
	return description, err
}

func (i *Instance) describeState(ctx context.Context) (Description, error) {
	state, err := i.State(ctx)
	switch {
	case isDown(err) && ctx.Err() == nil:
		return Description{State: Unreachable, StateError: err}, nil
	case notOffered(err):
		return Description{}, nil
	default:
		return Description{State: state}, err
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

func (i *Instance) offersAESKeys(ctx context.Context) (Offer, error) {
	_, err := i.SharedInactiveKeys(ctx)
	return offer(err)
}

// offersTunnel finds out whether the tunnel client is there without delivering
// a token: its one documented method is PUT, so a GET of the same path changes
// nothing, and is answered 405 where the path exists and 404 where it does not.
// Both follow from HTTP; Atlassian documents neither.
func (i *Instance) offersTunnel(ctx context.Context) (Offer, error) {
	_, err := i.client.Do(ctx, transport.Request{Method: http.MethodGet, Path: tunnelTokenPath})
	if hasStatus(err, http.StatusMethodNotAllowed) {
		return Offered, nil
	}
	return offer(err)
}

func offer(err error) (Offer, error) {
	switch {
	case err == nil:
		return Offered, nil
	case isAbsent(err):
		return NotOffered, nil
	case notOffered(err):
		return OfferUnknown, nil
	default:
		return OfferUnknown, err
	}
}
