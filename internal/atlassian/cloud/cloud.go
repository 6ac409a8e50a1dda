// SPDX-License-Identifier: MPL-2.0

// Package cloud calls the administration APIs of Atlassian Cloud with an
// organization API key.
package cloud

import (
	"regexp"
	"strings"
	"sync"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
	"github.com/keyrotation/terraform-provider-atlassian/internal/clock"
)

// Cloud is Atlassian Cloud as one organization API key sees it.
type Cloud struct {
	client *transport.Client
	clock  clock.Clock

	mutex         sync.Mutex
	organizations map[string]*Organization
}

// New returns the cloud that client sends to. It sends nothing.
func New(client *transport.Client, clock clock.Clock) *Cloud {
	return &Cloud{client: client, clock: clock, organizations: map[string]*Organization{}}
}

var organizationID = regexp.MustCompile(`^[A-Za-z0-9-]{1,64}$`)

// IsOrganizationID reports whether the text may be the ID of an organization: a
// UUID, or whatever has nothing but letters, digits and hyphens in it either. An API
// key has other characters as a rule, and no business in an address.
func IsOrganizationID(text string) bool {
	return organizationID.MatchString(text)
}

// Organization returns the organization with the given ID, the same one every
// time, in upper case or lower, so that what was read of it is shared and changes
// of it wait for each other.
func (c *Cloud) Organization(id string) *Organization {
	id = strings.ToLower(id)
	c.mutex.Lock()
	defer c.mutex.Unlock()
	organization, ok := c.organizations[id]
	if !ok {
		organization = newOrganization(id, c.client, c.clock)
		c.organizations[id] = organization
	}
	return organization
}
