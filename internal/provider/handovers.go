package provider

import (
	"sync"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/datacenter"
)

// handovers carries what a replaced object knows of a rotation over to its
// replacement within one apply. Terraform taints an object whose creation
// failed and replaces it, and a creation sees nothing of what it replaces: the
// deletion right before it is the only one to tell that a rotation was sent.
type handovers struct {
	mutex sync.Mutex
	left  map[string]datacenter.Attempt
}

func newHandovers() *handovers {
	return &handovers{left: map[string]datacenter.Attempt{}}
}

// leave keeps attempt for the next creation for instance.
func (h *handovers) leave(instance string, attempt datacenter.Attempt) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	h.left[instance] = attempt
}

// take returns what was left for instance, once.
func (h *handovers) take(instance string) datacenter.Attempt {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	attempt := h.left[instance]
	delete(h.left, instance)
	return attempt
}
