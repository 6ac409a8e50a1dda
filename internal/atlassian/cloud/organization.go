// SPDX-License-Identifier: MPL-2.0

package cloud

import (
	"net/url"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/cache"
	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
	"github.com/keyrotation/terraform-provider-atlassian/internal/clock"
)

// Organization is an Atlassian organization.
type Organization struct {
	id     string
	client *transport.Client
	clock  clock.Clock

	tunnelTurns   turns
	apiKeys       cache.Value[[]APIKey]
	userAPITokens cache.Value[[]UserAPIToken]
	eventActions  cache.Value[[]EventAction]
	eventsPace    *pace
}

func newOrganization(id string, client *transport.Client, clock clock.Clock) *Organization {
	return &Organization{id: id, client: client, clock: clock, eventsPace: newEventsPace(clock)}
}

// ID returns the ID of the organization, a UUID in lower case.
func (o *Organization) ID() string {
	return o.id
}

// path returns the path of something of the organization below an API, its
// segments escaped.
func (o *Organization) path(api string, segments ...string) string {
	path := api + "/orgs/" + url.PathEscape(o.id)
	for _, segment := range segments {
		path += "/" + url.PathEscape(segment)
	}
	return path
}
