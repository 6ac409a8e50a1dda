// SPDX-License-Identifier: MPL-2.0

package cloud

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
)

// Tunnel is an application tunnel as its regeneration describes it.
type Tunnel struct {
	// ID is a UUID, the same as the hostname of the tunnel.
	ID string `json:"id"`
	// Name is what an administrator called the tunnel.
	Name string `json:"name"`
	// Token is the new security key. It is secret, and no endpoint tells it again.
	Token string `json:"-"`
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
// stops being valid. The request takes as long as timeout allows, and is not
// repeated where its outcome is not known: another one may supersede a key that
// is made later, as this one may.
//
// PUT /admin/v1/orgs/{orgId}/tunnels/{hostname}/token,
// https://support.atlassian.com/organization-administration/docs/set-up-automatic-key-rotation/.
func (o *Organization) RegenerateTunnelToken(ctx context.Context, hostname string, timeout time.Duration) (Tunnel, error) {
	var tunnel Tunnel
	_, err := o.client.Do(ctx, transport.Request{
		Method:  http.MethodPut,
		Path:    o.path("/admin/v1", "tunnels", hostname, "token"),
		Timeout: timeout,

		SecretField: "token",
		Check: func(response *transport.Response) error {
			tunnel = Tunnel{Token: response.Secret}
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
