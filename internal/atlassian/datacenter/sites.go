// SPDX-License-Identifier: MPL-2.0

package datacenter

import (
	"net/url"
	"path"
	"strings"
	"sync"

	"golang.org/x/sync/semaphore"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/cache"
	"github.com/keyrotation/terraform-provider-atlassian/internal/rotation"
)

// siteState is what a run keeps of one base URL, whatever names and credentials
// lead there: whose turn it is, and what is known of its keys.
type siteState struct {
	turns        *semaphore.Weighted
	inactiveKeys cache.Value[[]string]
	// beforeRotation names the keys that were known before a rotation whose retired
	// key no list has shown since; nil for none. Whose turn it is may touch it.
	beforeRotation []string
}

// saw ends the wait for the key that a rotation has retired, once names hold it.
func (s *siteState) saw(names []string) {
	if len(rotation.Missing(s.beforeRotation, names)) > 0 {
		s.beforeRotation = nil
	}
}

// Sites are the base URLs of a run. Instances that are given the same ones share
// what belongs to their base URL: changes wait for each other, and one list
// serves all.
type Sites struct {
	mutex sync.Mutex
	known map[string]*siteState
}

// NewSites returns sites of which none is known yet.
func NewSites() *Sites {
	return &Sites{known: map[string]*siteState{}}
}

// at returns what is kept of a base URL, the same every time.
func (s *Sites) at(baseURL string) *siteState {
	url := canonicalURL(baseURL)
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if _, ok := s.known[url]; !ok {
		s.known[url] = newSiteState()
	}
	return s.known[url]
}

func newSiteState() *siteState {
	return &siteState{turns: semaphore.NewWeighted(allTurns)}
}

// Site returns the base URL of the instance in its canonical form: two instances
// are the same one exactly where it is equal.
func (i *Instance) Site() string {
	return canonicalURL(i.URL())
}

// canonicalURL spells a base URL the one way: scheme and host in lower case,
// with the port, and without a slash too many.
func canonicalURL(text string) string {
	base, err := url.Parse(text)
	if err != nil {
		return text
	}
	port := base.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[base.Scheme]
	}
	host := strings.TrimSuffix(strings.ToLower(base.Hostname()), ".")
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return base.Scheme + "://" + host + ":" + port + strings.TrimSuffix(path.Clean("/"+base.EscapedPath()), "/")
}
