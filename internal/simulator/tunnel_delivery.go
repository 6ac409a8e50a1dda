package simulator

import "net/http"

// installTunnelToken answers PUT /rest/secure-tunneling/latest/tunnel/token:
// https://support.atlassian.com/organization-administration/docs/set-up-automatic-key-rotation/.
// The page lists no errors; they are a [guess].
func (i *Instance) installTunnelToken(c call) reply {
	var payload struct {
		Token string `json:"token"`
	}
	if err := decodeStrictly(c.body, &payload); err != nil || payload.Token == "" {
		return moduleProblem(i.config.Product)(http.StatusBadRequest, "The request body needs a token")
	}
	tunnel := i.simulator.tunnelOf(payload.Token)
	if tunnel == nil || tunnel.instance != nil && tunnel.instance != i {
		return moduleProblem(i.config.Product)(i.config.Guesses.ForeignTokenStatus,
			"The security key belongs to no tunnel of this instance")
	}
	tunnel.instance = i
	i.tunnelToken = payload.Token
	return jsonReply(http.StatusOK, object{
		"name":         tunnel.config.Name,
		"cloudOrgName": tunnel.organization.config.Name,
		"cloudPageUrl": "https://admin.atlassian.com/o/" + tunnel.organization.config.ID + "/tunnels",
		"appLinksUrl":  tunnel.config.SiteURL + "/plugins/servlet/applinks/listApplicationLinks",
	})
}

// TunnelToken returns the security key that the instance holds for its tunnel,
// "" if none.
func (i *Instance) TunnelToken() string {
	return locked(i.simulator, func() string { return i.tunnelToken })
}
