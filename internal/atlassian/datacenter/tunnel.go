// SPDX-License-Identifier: MPL-2.0

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
// like a read. An answer of 2xx is a delivery whatever its body holds: what it
// tells of the other end is for people, and Atlassian's own sample is no JSON.
//
// PUT /rest/secure-tunneling/latest/tunnel/token,
// https://support.atlassian.com/organization-administration/docs/set-up-automatic-key-rotation/.
func (i *Instance) DeliverTunnelToken(ctx context.Context, token string) (TunnelEnd, error) {
	response, err := i.client.Do(ctx, transport.Request{
		Method:     http.MethodPut,
		Path:       tunnelTokenPath,
		Body:       map[string]string{"token": token},
		Repeatable: true,
		AnyBody:    true,
	})
	if err != nil {
		return TunnelEnd{}, err
	}
	return tunnelEndIn(response), nil
}

// tunnelEndIn reads what an answer tells of the other end; nothing where that is
// no JSON.
func tunnelEndIn(response *transport.Response) TunnelEnd {
	var end TunnelEnd
	if response.Decode(&end) != nil {
		return TunnelEnd{}
	}
	return end
}

// CheckCredentials fails where the instance refuses its credentials for an
// administrator's endpoint that changes nothing. It asks for the inactive AES
// keys, which the products share, and where there is no such API for the nodes
// of Jira and of Bitbucket. An instance that offers none of them passes, unless
// a page for people answers each time, which says nothing of credentials.
//
// GET /rest/api/2/cluster/nodes, https://developer.atlassian.com/server/jira/platform/rest/;
// GET /rest/api/latest/admin/cluster, https://developer.atlassian.com/server/bitbucket/rest/.
func (i *Instance) CheckCredentials(ctx context.Context) error {
	if err := i.keysTrial.refusal(); err != nil {
		return err
	}
	return i.checkCredentials(ctx, i.SharedInactiveKeys)
}

// TryCredentials is [Instance.CheckCredentials] for a plan of what is not there
// yet. Within a run it asks for the inactive keys once, also where that fails.
func (i *Instance) TryCredentials(ctx context.Context) error {
	return i.checkCredentials(ctx, i.TryInactiveKeys)
}

func (i *Instance) checkCredentials(ctx context.Context, inactiveKeys func(context.Context) ([]string, error)) error {
	_, err := inactiveKeys(ctx)
	if !IsAbsent(err) {
		return err
	}
	pages := pageError(err)
	for _, path := range []string{"/rest/api/2/cluster/nodes", "/rest/api/latest/admin/cluster"} {
		_, err := i.client.Do(ctx, transport.Request{Method: http.MethodGet, Path: path})
		if err == nil || hasStatus(err, http.StatusUnauthorized, http.StatusForbidden) {
			return err
		}
		if !isPage(err) {
			pages = nil
		}
	}
	return pages
}
