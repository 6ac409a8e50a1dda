package datacenter

import (
	"context"
	"net/http"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
)

const tunnelTokenPath = "/rest/secure-tunneling/latest/tunnel/token"

// TunnelEnd is the instance's end of an application tunnel.
type TunnelEnd struct {
	// Name is the name of the tunnel.
	Name string `json:"name"`
	// CloudOrgName names the organization at the other end.
	CloudOrgName string `json:"cloudOrgName"`
	// CloudPageURL is where the organization administers its tunnels.
	CloudPageURL string `json:"cloudPageUrl"`
	// AppLinksURL is where the site lists its application links.
	AppLinksURL string `json:"appLinksUrl"`
}

// DeliverTunnelToken hands the instance the security key of its tunnel. The
// same key may be delivered any number of times, so the request is repeated
// like a read.
//
// PUT /rest/secure-tunneling/latest/tunnel/token,
// https://support.atlassian.com/organization-administration/docs/set-up-automatic-key-rotation/.
func (i *Instance) DeliverTunnelToken(ctx context.Context, token string) (TunnelEnd, error) {
	var end TunnelEnd
	_, err := i.client.Do(ctx, transport.Request{
		Method:     http.MethodPut,
		Path:       tunnelTokenPath,
		Body:       map[string]string{"token": token},
		Repeatable: true,
		Check:      func(response *transport.Response) error { return response.Decode(&end) },
	})
	return end, err
}

// CheckCredentials fails where the instance refuses its credentials for an
// administrator's endpoint. It asks for the inactive AES keys, the one such
// endpoint that all products share and that changes nothing; an instance
// without it passes.
func (i *Instance) CheckCredentials(ctx context.Context) error {
	_, err := i.SharedInactiveKeys(ctx)
	if isAbsent(err) {
		return nil
	}
	return err
}
