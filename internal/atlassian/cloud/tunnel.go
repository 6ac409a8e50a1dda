package cloud

import (
	"context"
	"errors"
	"net/http"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
)

// Tunnel is an application tunnel as its regeneration describes it.
type Tunnel struct {
	// ID is a UUID, the same as the hostname of the tunnel.
	ID string `json:"id"`
	// Name is what an administrator called the tunnel.
	Name string `json:"name"`
	// Token is the new security key. It is secret, and no endpoint tells it again.
	Token string `json:"token"`
	// Status is CONNECTED, or another word that Atlassian does not document; it
	// is from before the instance has the new key.
	Status string `json:"status"`
	// OnPremiseURL is the base URL of the instance at the other end.
	OnPremiseURL string `json:"onPremiseUrl"`
	// UpstreamDNSURL is where Atlassian Cloud reaches the instance.
	UpstreamDNSURL string `json:"upstreamDnsUrl"`
}

var errNoToken = errors.New("it holds no token")

// TunnelTurn waits until nobody else in this run works on the tunnel, and
// returns what lets the next one do so.
func (o *Organization) TunnelTurn(ctx context.Context, hostname string) (release func(), err error) {
	return o.tunnelTurns.take(ctx, hostname)
}

// RegenerateTunnelToken makes a new security key for the tunnel; the one before
// stops being valid. Where an answer is lost so is the key in it, so the request
// is repeated until an answer arrives whole or the retries are used up: each key
// supersedes the last.
//
// PUT /admin/v1/orgs/{orgId}/tunnels/{hostname}/token,
// https://support.atlassian.com/organization-administration/docs/set-up-automatic-key-rotation/.
func (o *Organization) RegenerateTunnelToken(ctx context.Context, hostname string) (Tunnel, error) {
	var tunnel Tunnel
	_, err := o.client.Do(ctx, transport.Request{
		Method:     http.MethodPut,
		Path:       o.path("/admin/v1", "tunnels", hostname, "token"),
		Repeatable: true,
		Check: func(response *transport.Response) error {
			tunnel = Tunnel{}
			if err := response.Decode(&tunnel); err != nil {
				return err
			}
			if tunnel.Token == "" {
				return errNoToken
			}
			return nil
		},
	})
	return tunnel, regeneratingTokens.failed(err)
}
