package simulator

import (
	"net/http"
	"slices"
)

// regenerateTunnelToken answers PUT
// /admin/v1/orgs/{orgId}/tunnels/{hostname}/token, where the host name is the
// UUID that is its first label:
// https://support.atlassian.com/organization-administration/docs/set-up-automatic-key-rotation/.
// The status is that of before the new security key is installed. The page
// lists no errors; they are a [guess].
func (o *Organization) regenerateTunnelToken(c cloudCall) reply {
	index := slices.IndexFunc(o.tunnels, func(t *Tunnel) bool {
		return t.config.ID == c.PathValue("hostname")
	})
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
