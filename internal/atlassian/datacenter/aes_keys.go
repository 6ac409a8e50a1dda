// SPDX-License-Identifier: MPL-2.0

package datacenter

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
)

const (
	rotatePath   = "/rest/secrets/1.0/keys/rotate"
	inactivePath = "/rest/secrets/1.0/keys/inactive"
)

// rotationAnswer is what the rotate endpoint says; both fields are free text.
type rotationAnswer struct {
	Status  string `json:"status"`
	Message string `json:"message"`
}

// InactiveKeys asks the instance for the names of its inactive AES keys, in its
// own order, and never answers from memory.
//
// GET /rest/secrets/1.0/keys/inactive,
// https://confluence.atlassian.com/adminjiraserver/security-management-1489808496.html.
func (i *Instance) InactiveKeys(ctx context.Context) ([]string, error) {
	names, err := i.loadInactiveKeys(ctx)
	if err != nil {
		return nil, err
	}
	i.inactiveKeys.Put(names)
	return slices.Clone(names), nil
}

// SharedInactiveKeys returns the names of the inactive AES keys as they were
// listed last during this run, and asks the instance once where nobody has.
func (i *Instance) SharedInactiveKeys(ctx context.Context) ([]string, error) {
	names, err := i.inactiveKeys.Get(ctx, i.loadInactiveKeys)
	return slices.Clone(names), err
}

// TryInactiveKeys is [Instance.SharedInactiveKeys] for a plan of what is not
// there yet. Within a run it asks once, also where that fails.
func (i *Instance) TryInactiveKeys(ctx context.Context) ([]string, error) {
	names, err := i.keysTrial.run(ctx, i.SharedInactiveKeys)
	return slices.Clone(names), err
}

func (i *Instance) loadInactiveKeys(ctx context.Context) ([]string, error) {
	answer := keyNames{field: "inactiveKeys"}
	err := i.get(ctx, inactivePath, &answer)
	return answer.names, err
}

// rotate sends the one request that rotates the active AES key. It takes as
// long as re-encrypting every secret takes, so only timeout bounds it.
//
// POST /rest/secrets/1.0/keys/rotate, same page.
func (i *Instance) rotate(ctx context.Context, timeout time.Duration) (rotationAnswer, error) {
	i.inactiveKeys.Invalidate()
	defer i.inactiveKeys.Invalidate()

	response, err := i.client.Do(ctx, transport.Request{Method: http.MethodPost, Path: rotatePath, Timeout: timeout})
	if err != nil {
		return rotationAnswer{}, err
	}
	var answer rotationAnswer
	if len(response.Body) == 0 {
		return answer, nil
	}
	err = response.Decode(&answer)
	return rotationAnswer{Status: transport.Words(answer.Status), Message: transport.Words(answer.Message)}, err
}

// deleteInactive deletes every inactive AES key and returns the names that the
// instance says it deleted. Only timeout bounds it: a deletion that nobody waits
// for may take a key later that became inactive meanwhile.
//
// DELETE /rest/secrets/1.0/keys/inactive, same page.
func (i *Instance) deleteInactive(ctx context.Context, timeout time.Duration) ([]string, error) {
	i.inactiveKeys.Invalidate()
	defer i.inactiveKeys.Invalidate()

	response, err := i.client.Do(ctx, transport.Request{Method: http.MethodDelete, Path: inactivePath, Timeout: timeout})
	if err != nil {
		return nil, err
	}
	answer := keyNames{field: "deletedKeys"}
	err = response.Decode(&answer)
	return answer.names, err
}

// keyNames is an answer that holds names of keys in one field. An answer without
// that field is none: taken for an empty list, it would hide a rotation.
type keyNames struct {
	field string
	names []string
}

// UnmarshalJSON reads the names; it fails where the field is missing or null.
func (k *keyNames) UnmarshalJSON(text []byte) error {
	var all map[string]json.RawMessage
	if err := json.Unmarshal(text, &all); err != nil {
		return err
	}
	var names []*string
	if err := json.Unmarshal(all[k.field], &names); err != nil || names == nil || slices.Contains(names, nil) {
		return fmt.Errorf("it holds no list %q", k.field)
	}
	k.names = make([]string, 0, len(names))
	for _, name := range names {
		if len(*name) > transport.MaxName {
			return fmt.Errorf("a name in its list %q is too long to be one", k.field)
		}
		k.names = append(k.names, *name)
	}
	return nil
}
