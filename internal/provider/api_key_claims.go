package provider

import "sync"

// apiKeyClaims tells which API keys the resources of a run have to do with. A
// key that one resource has in state and another one is about to take under
// management would be revoked with the first and lost to the second: that is
// what taint, -replace and a resource renamed without a moved block plan.
// Whichever of the two is planned later finds out. It is safe for concurrent
// use.
type apiKeyClaims struct {
	mutex   sync.Mutex
	held    map[claimedKey]bool
	wanted  map[claimedKey]bool
	applies bool
}

type claimedKey struct {
	organizationID, keyID string
}

func newAPIKeyClaims() *apiKeyClaims {
	return &apiKeyClaims{held: map[claimedKey]bool{}, wanted: map[claimedKey]bool{}}
}

// hold records that a resource has the key in state, and reports whether none
// is about to take it.
func (c *apiKeyClaims) hold(organizationID, keyID string) bool {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	key := claimedKey{organizationID, keyID}
	c.held[key] = true
	return !c.wanted[key]
}

// want records that a creation is about to take the key, and reports whether no
// resource has it in state.
func (c *apiKeyClaims) want(organizationID, keyID string) bool {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	key := claimedKey{organizationID, keyID}
	c.wanted[key] = true
	return !c.held[key]
}

// startApplying records that this run has begun to apply a plan.
func (c *apiKeyClaims) startApplying() {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	c.applies = true
}

// applying reports whether this run is known to apply a plan: it has destroyed
// something.
func (c *apiKeyClaims) applying() bool {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.applies
}
