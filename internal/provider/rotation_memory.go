// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"context"
	"encoding/json"
	"maps"
	"reflect"
	"slices"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/datacenter"
	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
	"github.com/keyrotation/terraform-provider-atlassian/internal/rotation"
)

// memoryKey names what a rotating resource keeps in private state.
const memoryKey = "memory"

// rotationMemory is what a rotating resource has to know besides its attributes.
// It is the private state of the resource, and so as lasting as they are: what a
// refresh learns is lost with the rest of the refresh unless that is saved.
type rotationMemory struct {
	// Imported is true from an import until the first apply.
	Imported bool `json:"imported,omitempty"`
	// ManagedSince is when the key came under management; zero where that is only
	// to be guessed.
	ManagedSince time.Time `json:"managed_since,omitzero"`
	// Unlisted is true while a rotation is known to have happened whose formerly
	// active key nobody has seen in the list of inactive keys.
	Unlisted bool `json:"unlisted,omitempty"`
	// Vanished holds the keys that were seen inactive once and are not listed any
	// more, with the time that they were first seen.
	Vanished map[string]time.Time `json:"vanished,omitempty"`
	// Hidden names those of Vanished that went while others stayed: Atlassian
	// deletes all inactive keys or none, so that they may still be there, and a
	// deletion would take them with the others.
	Hidden []string `json:"hidden,omitempty"`
	// Unread is true from an import that could not read the instance until a
	// refresh has read it.
	Unread bool `json:"unread,omitempty"`
	// RotationSentAt and DeletionSentAt tell of requests that nobody waited for to
	// their end and that may still be carried out.
	RotationSentAt time.Time `json:"rotation_sent_at,omitzero"`
	DeletionSentAt time.Time `json:"deletion_sent_at,omitzero"`
	// Status and Message are what the instance answered the last rotation with.
	Status  string `json:"status,omitempty"`
	Message string `json:"message,omitempty"`
	// TokenSeed is what the names of the attempts at the next token derive from; empty
	// for the ID of the present one.
	TokenSeed string `json:"token_seed,omitempty"`
	// StraySeed is the same of attempts that were given up, because another one
	// succeeded: an instance may carry one of them out after all.
	StraySeed string `json:"stray_seed,omitempty"`
	// Strays are the IDs of tokens whose secret is lost, as the last refresh has
	// found and announced them.
	Strays []string `json:"strays,omitempty"`
	// Product and Version are what the last preflight saw.
	Product string `json:"product,omitempty"`
	Version string `json:"version,omitempty"`
	// TunnelWords are what was said of a tunnel last, where its plan knew other
	// words.
	TunnelWords []string `json:"tunnel_words,omitempty"`
}

type privateReader interface {
	GetKey(ctx context.Context, key string) ([]byte, diag.Diagnostics)
}

type privateWriter interface {
	SetKey(ctx context.Context, key string, value []byte) diag.Diagnostics
}

// readMemory reads what private state holds; nothing where it holds nothing.
func readMemory(ctx context.Context, private privateReader) (rotationMemory, diag.Diagnostics) {
	var memory rotationMemory
	text, diags := private.GetKey(ctx, memoryKey)
	if len(text) == 0 {
		return memory, diags
	}
	if err := json.Unmarshal(text, &memory); err != nil {
		diags.Append(errorAt(path.Empty(), "Private state not readable",
			"The private state of this resource was not written by this provider: "+err.Error()+".",
			"Nothing was changed. Restore the state from a backup, or remove the resource from the state and import it again.")...)
	}
	return memory, diags
}

// write saves the memory, unless it is what earlier says: Terraform takes any
// difference in private state for drift.
func (m rotationMemory) write(ctx context.Context, private privateWriter, earlier rotationMemory) diag.Diagnostics {
	if m.equal(earlier) {
		return nil
	}
	if m.equal(rotationMemory{}) {
		return private.SetKey(ctx, memoryKey, nil)
	}
	text, err := json.Marshal(m)
	if err != nil {
		return errorAt(path.Empty(), "Private state not writable", err.Error())
	}
	return private.SetKey(ctx, memoryKey, text)
}

func (m rotationMemory) equal(other rotationMemory) bool {
	if len(m.Vanished) == 0 && len(other.Vanished) == 0 {
		m.Vanished, other.Vanished = nil, nil
	}
	if len(m.Strays) == 0 && len(other.Strays) == 0 {
		m.Strays, other.Strays = nil, nil
	}
	return reflect.DeepEqual(m, other)
}

// vanishedNames returns the names of the keys that are not listed any more.
func (m rotationMemory) vanishedNames() []string {
	return slices.Sorted(maps.Keys(m.Vanished))
}

// hide records which names a list lacks although they may still be there: those
// that went while others stayed. Where all went, all are deleted.
func (m *rotationMemory) hide(seen rotation.Observation, listed []string) {
	m.Hidden = rotation.Missing(listed, rotation.Union(m.Hidden, seen.Vanished))
	if seen.Deleted {
		m.Hidden = nil
	}
}

// hideFrom does the same after a change: a deletion has taken all, and what one
// look has shown and the last one has not may still be there.
func (m *rotationMemory) hideFrom(report datacenter.AESKeyReport) {
	if len(report.Deleted) > 0 {
		m.Hidden = nil
	}
	gone := rotation.Union(report.InactiveKeys, report.Deleted)
	m.Hidden = rotation.Union(m.Hidden, rotation.Missing(gone, report.Seen))
}

// abandoned returns the requests that may still be carried out.
func (m rotationMemory) abandoned() datacenter.Abandoned {
	return datacenter.Abandoned{RotationAt: m.RotationSentAt, DeletionAt: m.DeletionSentAt}
}

// abandon records the requests that nobody waited for to their end, and forgets
// those that have ended by now.
func (m *rotationMemory) abandon(requests datacenter.Abandoned, now time.Time) {
	m.RotationSentAt = stillRunning(requests.RotationAt, m.RotationSentAt, now)
	m.DeletionSentAt = stillRunning(requests.DeletionAt, m.DeletionSentAt, now)
}

// stillRunning returns when the newer of two requests was sent; zero where it has
// ended by now.
func stillRunning(newer, older, now time.Time) time.Time {
	if newer.IsZero() {
		newer = older
	}
	if newer.IsZero() || now.Sub(newer) >= transport.AbandonedTime {
		return time.Time{}
	}
	return newer.UTC().Truncate(time.Second)
}
