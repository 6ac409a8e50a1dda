// SPDX-License-Identifier: MPL-2.0

package simulator

import "net/http"

// sampleTunnelAnswer has the commas of the printed sample.
const sampleTunnelAnswer = `{
  "name", "tunnel1",
  "cloudOrgName", "Cloud Org Name",
  "cloudPageUrl", "https://admin.atlassian.com/o/0c632b13-d717-4d1f-b895-208a5599d2f2/tunnels",
  "appLinksUrl", "https://example.atlassian.net/plugins/servlet/applinks/listApplicationLinks",
}`

// installTunnelToken answers PUT /rest/secure-tunneling/latest/tunnel/token:
// https://support.atlassian.com/organization-administration/docs/set-up-automatic-key-rotation/.
// The page lists no errors; they are a [guess].
func (i *Instance) installTunnelToken(c call) reply {
	var payload struct {
		Token string `json:"token"`
	}
	if err := i.decode(c.body, &payload); err != nil || payload.Token == "" {
		return moduleProblem(i.config.Product)(http.StatusBadRequest, "The request body needs a token")
	}
	tunnel := i.simulator.tunnelOf(payload.Token)
	foreign := tunnel == nil || tunnel.instance != nil && tunnel.instance != i
	if foreign && !i.config.Guesses.AcceptForeignTokens {
		return moduleProblem(i.config.Product)(i.config.Guesses.ForeignTokenStatus,
			"The security key belongs to no tunnel of this instance")
	}
	i.tunnelToken = payload.Token
	if foreign {
		return i.describeTunnel(i.simulator.tunnelTo(i))
	}
	tunnel.instance = i
	return i.describeTunnel(tunnel)
}

// describeTunnel answers what the instance knows of its tunnel, which is nil
// where it has none.
func (i *Instance) describeTunnel(tunnel *Tunnel) reply {
	if i.config.Guesses.SampleTunnelAnswer {
		return mediaReply(http.StatusOK, mediaJSON, sampleTunnelAnswer)
	}
	if tunnel == nil {
		return jsonReply(http.StatusOK, object{"name": nil, "cloudOrgName": nil, "cloudPageUrl": nil, "appLinksUrl": nil})
	}
	return jsonReply(http.StatusOK, object{
		"name":         tunnel.config.Name,
		"cloudOrgName": tunnel.organization.config.Name,
		"cloudPageUrl": "https://admin.atlassian.com/o/" + tunnel.organization.config.ID + "/tunnels",
		"appLinksUrl":  tunnel.config.SiteURL + "/plugins/servlet/applinks/listApplicationLinks",
	})
}

// tunnelTo returns the first tunnel that leads to the instance, or nil.
func (s *Simulator) tunnelTo(instance *Instance) *Tunnel {
	if s.cloud == nil {
		return nil
	}
	for _, organization := range s.cloud.organizations {
		for _, tunnel := range organization.tunnels {
			if tunnel.instance == instance {
				return tunnel
			}
		}
	}
	return nil
}

// TunnelToken returns the security key that the instance holds for its tunnel,
// "" if none.
func (i *Instance) TunnelToken() string {
	return locked(i.simulator, func() string { return i.tunnelToken })
}
