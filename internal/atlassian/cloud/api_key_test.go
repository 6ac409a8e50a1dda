// SPDX-License-Identifier: MPL-2.0

package cloud

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// newKeyring starts an organization with so many keys besides the one that the
// client uses.
func newKeyring(t *testing.T, count int) *eventLog {
	t.Helper()
	config := simulator.OrganizationConfig{APIKeys: []simulator.APIKey{{Secret: "canary-key"}}}
	for i := range count {
		config.APIKeys = append(config.APIKeys, simulator.APIKey{ID: fmt.Sprintf("key-%d", i), Label: fmt.Sprint(i)})
	}
	return newEventLog(t, config)
}

func TestOrganization_APIKeys_areReadOnceByAll(t *testing.T) {
	t.Parallel()
	organization := newKeyring(t, 249)
	var readers sync.WaitGroup
	for range 20 {
		readers.Go(func() {
			if keys, err := organization.client.APIKeys(t.Context()); err != nil || len(keys) != 250 {
				t.Errorf("got %d keys, %v", len(keys), err)
			}
		})
	}
	readers.Wait()
	if asked := len(organization.cloud.Requests()); asked != 3 {
		t.Errorf("%d requests", asked)
	}
}

// What shows up on two pages because the list moved is one key.
func TestOrganization_APIKeys_listsAKeyOnce(t *testing.T) {
	t.Parallel()
	organization := newKeyring(t, 1)
	organization.cloud.Inject(simulator.Fault{Times: 1, Status: 200, Body: `{"data":[{"id":"a"},{"id":"b"}],"links":{"next":"2"}}`})
	organization.cloud.Inject(simulator.Fault{Times: 1, Status: 200, Body: `{"data":[{"id":"b"},{"id":"c"}],"links":{}}`})
	keys, err := organization.client.APIKeys(t.Context())
	if err != nil || len(keys) != 3 {
		t.Errorf("got %+v, %v", keys, err)
	}
}

func TestOrganization_APIKeys_keepsNoError(t *testing.T) {
	t.Parallel()
	organization := newKeyring(t, 1)
	organization.cloud.Inject(simulator.Fault{Times: 1, Status: 403})
	if _, err := organization.client.APIKeys(t.Context()); err == nil {
		t.Error("no error")
	}
	if keys, err := organization.client.APIKeys(t.Context()); err != nil || len(keys) != 2 {
		t.Errorf("got %+v, %v", keys, err)
	}
}

func TestOrganization_APIKeys_oneCallerWhoGoesLeavesTheOthersTheirList(t *testing.T) {
	t.Parallel()
	organization := newKeyring(t, 1)
	gone, leave := context.WithCancel(t.Context())
	leave()
	if _, err := organization.client.APIKeys(gone); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
	if keys, err := organization.client.APIKeys(t.Context()); err != nil || len(keys) != 2 {
		t.Errorf("got %+v, %v", keys, err)
	}
}

func TestOrganization_RevokeAPIKey_isKnownWithoutAnotherList(t *testing.T) {
	t.Parallel()
	organization := newKeyring(t, 1)
	for range 2 {
		if _, err := organization.client.APIKeys(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if err := organization.client.RevokeAPIKey(t.Context(), "key-0"); err != nil {
		t.Fatal(err)
	}
	keys, err := organization.client.APIKeys(t.Context())
	if err != nil || keys[0].Revoked() || !keys[1].Revoked() {
		t.Errorf("got %+v, %v", keys, err)
	}
	if lists := organization.cloud.Count(http.MethodGet, "/api-keys"); lists != 1 {
		t.Errorf("listed %d times", lists)
	}
}

func TestOrganization_RevokeAPIKey_refusalIsNoSuccess(t *testing.T) {
	t.Parallel()
	for status, looks := range map[int]int{400: 1, 401: 0, 403: 0, 404: 1, 409: 1} {
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			t.Parallel()
			organization := newKeyring(t, 1)
			organization.cloud.Inject(simulator.Fault{Method: http.MethodPatch, Status: status})
			err := organization.client.RevokeAPIKey(t.Context(), "key-0")
			if failure, ok := errors.AsType[*transport.Error](err); !ok || failure.Status != status {
				t.Errorf("got %v", err)
			}
			if looked := organization.cloud.Count(http.MethodGet, "/api-keys"); looked != looks {
				t.Errorf("looked %d times, want %d", looked, looks)
			}
		})
	}
}

// An ID cannot lead anywhere but to a key.
func TestOrganization_RevokeAPIKey_staysBelowItsPath(t *testing.T) {
	t.Parallel()
	organization := newKeyring(t, 1)
	for _, id := range []string{"../key-0", "key-0/../../..", "..", "a?b=c", "a#b", "key%2d0"} {
		_ = organization.client.RevokeAPIKey(t.Context(), id)
	}
	for _, key := range organization.APIKeys() {
		if !key.RevokedAt.IsZero() {
			t.Errorf("%s was revoked", key.ID)
		}
	}
	if other := organization.cloud.Count(http.MethodPatch, "key-0"); other > 1 {
		t.Errorf("%d requests named another key", other)
	}
}
