// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"net/http"
	"slices"
	"strings"
)

// tunnelDomain is the domain of the URLs that tunnels give application links.
const tunnelDomain = ".atlassian.com"

// regenerateTunnelToken answers PUT
// /admin/v1/orgs/{orgId}/tunnels/{hostname}/token:
// https://support.atlassian.com/organization-administration/docs/set-up-automatic-key-rotation/.
// The page calls the host name the first part of a URL such as
// http://<UUID>.atlassian.com. Whether the domain belongs to it is a [guess].
// The status is that of before the new security key is installed. The page
// lists no errors; they are a [guess].
func (o *Organization) regenerateTunnelToken(c cloudCall) reply {
	id := o.tunnelID(c.PathValue("hostname"))
	index := slices.IndexFunc(o.tunnels, func(t *Tunnel) bool { return t.config.ID == id })
	if index < 0 {
		return o.cloud.applicationError(errUnknownResource)
	}
	tunnel := o.tunnels[index]
	status := "CONNECTED"
	if !tunnel.connected() {
		status = o.config.Guesses.DisconnectedStatus
	}
	tunnel.token = o.cloud.simulator.newTunnelToken()
	tunnel.regenerations++
	return jsonReply(http.StatusOK, object{
		"id":             tunnel.config.ID,
		"name":           tunnel.config.Name,
		"token":          tunnel.token,
		"status":         status,
		"onPremiseUrl":   tunnel.config.OnPremiseURL,
		"upstreamDnsUrl": "http://" + tunnel.config.ID + ".self-hosted.atlassian.com",
	})
}

// tunnelID returns the UUID of the tunnel with a host name.
func (o *Organization) tunnelID(hostname string) string {
	if o.config.Guesses.TunnelWantsUUID {
		return hostname
	}
	return strings.TrimSuffix(strings.ToLower(hostname), tunnelDomain)
}
