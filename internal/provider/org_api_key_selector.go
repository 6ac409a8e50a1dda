// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/cloud"
)

// maxCandidates is how many API keys an error names.
const maxCandidates = 20

// apiKeySelector names one API key of an organization, by its label or its ID.
type apiKeySelector struct {
	label, keyID types.String
}

// unknown reports whether it is not known yet which key is meant.
func (s apiKeySelector) unknown() bool {
	return s.label.IsUnknown() || s.keyID.IsUnknown()
}

func (s apiKeySelector) path() path.Path {
	if isSet(s.keyID) {
		return path.Root("key_id")
	}
	return path.Root("label")
}

// find returns the one active key that s names, or says why there is none; then
// with the revoked or expired key that has the name, where there is such a one.
func (s apiKeySelector) find(organizationID string, keys []cloud.APIKey, now time.Time) (cloud.APIKey, diag.Diagnostics) {
	search := apiKeySearch{organizationID: organizationID, keys: keys, now: now}
	var (
		key            cloud.APIKey
		summary, cause string
	)
	if isSet(s.keyID) {
		key, summary, cause = search.byID(s.keyID.ValueString())
	} else {
		key, summary, cause = search.byLabel(s.label.ValueString())
	}
	if summary == "" {
		return key, nil
	}
	return key, errorAt(s.path(), summary, cause, search.candidates(), search.whereToCreate(), "Nothing was changed.")
}

// apiKeySearch looks for a key in the list of all keys of an organization.
type apiKeySearch struct {
	organizationID string
	keys           []cloud.APIKey
	now            time.Time
}

// byID returns the active key with an ID, or what is the matter with it.
func (s apiKeySearch) byID(id string) (key cloud.APIKey, summary, cause string) {
	key, found := apiKeyByID(s.keys, id)
	switch {
	case !found && len(s.labelled(id)) > 0:
		return key, fmt.Sprintf("No API key with the ID %q", id),
			fmt.Sprintf("The organization %q has an API key labelled so: set label instead of key_id.", s.organizationID)
	case !found:
		return key, fmt.Sprintf("No API key with the ID %q", id),
			fmt.Sprintf("The organization %q has none; it may belong to another one.", s.organizationID)
	case key.Status(s.now) != cloud.APIKeyActive:
		return key, fmt.Sprintf("API key %q is %s", id, key.Status(s.now)),
			fmt.Sprintf("The organization %q has the key %s.", s.organizationID, s.describe(key))
	default:
		return key, "", ""
	}
}

// byLabel returns the only active key with a label, or what is the matter, with
// the newest of those that do not work any more.
func (s apiKeySearch) byLabel(label string) (key cloud.APIKey, summary, cause string) {
	named := s.labelled(label)
	active := s.active(named)
	switch {
	case len(active) == 1:
		return active[0], "", ""
	case len(active) > 1:
		return key, fmt.Sprintf("More than one active API key is labelled %q", label),
			fmt.Sprintf("The organization %q has the keys %s. Set key_id to the one that is meant, instead of label.", s.organizationID, s.describeAll(active))
	case len(named) > 0:
		newest := slices.MaxFunc(named, func(a, b cloud.APIKey) int { return a.CreatedAt.Time.Compare(b.CreatedAt.Time) })
		return newest, fmt.Sprintf("No active API key is labelled %q", label),
			fmt.Sprintf("The organization %q has only the key %s.", s.organizationID, s.describeAll(named))
	default:
		return key, fmt.Sprintf("No API key is labelled %q", label), s.nearLabels(label)
	}
}

// nearLabels points out labels that differ in case or surrounding spaces only.
func (s apiKeySearch) nearLabels(label string) string {
	for _, key := range s.active(s.keys) {
		if strings.EqualFold(strings.TrimSpace(key.Label), strings.TrimSpace(label)) {
			return fmt.Sprintf("Labels are compared to the letter, and the organization %q has a key labelled %q.", s.organizationID, key.Label)
		}
	}
	return fmt.Sprintf("The organization %q has no such key.", s.organizationID)
}

func (s apiKeySearch) labelled(label string) []cloud.APIKey {
	return keysLike(s.keys, func(key *cloud.APIKey) bool { return key.Label == label })
}

func (s apiKeySearch) active(keys []cloud.APIKey) []cloud.APIKey {
	return keysLike(keys, func(key *cloud.APIKey) bool { return key.Status(s.now) == cloud.APIKeyActive })
}

// candidates names the active keys of the organization.
func (s apiKeySearch) candidates() string {
	active := s.active(s.keys)
	if len(active) == 0 {
		return "It has no active API keys."
	}
	slices.SortFunc(active, func(a, b cloud.APIKey) int { return cmp.Or(cmp.Compare(a.Label, b.Label), cmp.Compare(a.ID, b.ID)) })
	var named []string
	for _, key := range active[:min(len(active), maxCandidates)] {
		named = append(named, fmt.Sprintf("%q (%s)", key.Label, key.ID))
	}
	more := ""
	if len(active) > maxCandidates {
		more = fmt.Sprintf(" and %d more", len(active)-maxCandidates)
	}
	return "Its active API keys are " + strings.Join(named, ", ") + more + "."
}

func (s apiKeySearch) whereToCreate() string {
	return fmt.Sprintf("An organization admin creates API keys under https://admin.atlassian.com/o/%s/admin-api: Atlassian documents no endpoint for it.", s.organizationID)
}

func (s apiKeySearch) describeAll(keys []cloud.APIKey) string {
	described := make([]string, 0, len(keys))
	for _, key := range keys[:min(len(keys), maxCandidates)] {
		described = append(described, s.describe(key))
	}
	return strings.Join(described, ", ")
}

// describe names the key and says since or until when it works.
func (s apiKeySearch) describe(key cloud.APIKey) string {
	status, at := "revoked", key.RevokedAt.Time
	switch key.Status(s.now) {
	case cloud.APIKeyExpired:
		status, at = "expired", key.ExpiresAt.Time
	case cloud.APIKeyActive:
		status, at = "expires", key.ExpiresAt.Time
	}
	if at.IsZero() {
		return fmt.Sprintf("%q (%s, %s)", key.Label, key.ID, status)
	}
	return fmt.Sprintf("%q (%s, %s %s)", key.Label, key.ID, status, at.Format(time.RFC3339))
}

func apiKeyByID(keys []cloud.APIKey, id string) (cloud.APIKey, bool) {
	for i := range keys {
		if keys[i].ID == id {
			return keys[i], true
		}
	}
	return cloud.APIKey{}, false
}

// keysLike returns the keys that are wanted. It copies no other: each of
// thousands of resources looks through as many keys.
func keysLike(keys []cloud.APIKey, wanted func(*cloud.APIKey) bool) []cloud.APIKey {
	var found []cloud.APIKey
	for i := range keys {
		if wanted(&keys[i]) {
			found = append(found, keys[i])
		}
	}
	return found
}
