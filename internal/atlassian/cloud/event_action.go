// SPDX-License-Identifier: MPL-2.0

package cloud

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
)

// EventAction is a kind of event of the audit log.
type EventAction struct {
	// ID is what events and queries call it, such as user_logged_in_as_user.
	// Atlassian publishes no list of them but this endpoint.
	ID string
	// DisplayName is what the audit log page calls it, such as "Revoked admin
	// API key", and Group what it is listed under.
	DisplayName, Group string
}

// UnknownActionError says that no kind of event is called so.
type UnknownActionError struct {
	// Name is what was asked for.
	Name string
	// Similar are the display names that come closest, the closest first.
	Similar []string
}

func (e *UnknownActionError) Error() string {
	return fmt.Sprintf("the audit log knows no action %q", e.Name)
}

// EventActions returns the kinds of events of the audit log. The list is asked
// for once and shared.
//
// GET /admin/v1/orgs/{orgId}/event-actions, scope read:events:admin,
// https://developer.atlassian.com/cloud/admin/organization/rest/api-group-events/.
func (o *Organization) EventActions(ctx context.Context) ([]EventAction, error) {
	actions, err := o.eventActions.Get(ctx, o.loadEventActions)
	return slices.Clone(actions), readingEvents.failed(err)
}

func (o *Organization) loadEventActions(ctx context.Context) ([]EventAction, error) {
	response, err := o.client.Do(ctx, transport.Request{Method: http.MethodGet, Path: o.path("/admin/v1", "event-actions")})
	if err != nil {
		return nil, err
	}
	var answer struct {
		Data []struct {
			ID         string `json:"id"`
			Attributes struct {
				DisplayName string `json:"displayName"`
				Group       string `json:"groupDisplayName"`
			} `json:"attributes"`
		} `json:"data"`
	}
	if err := response.Decode(&answer); err != nil {
		return nil, err
	}
	actions := make([]EventAction, 0, len(answer.Data))
	for _, action := range answer.Data {
		actions = append(actions, EventAction{ID: action.ID, DisplayName: action.Attributes.DisplayName, Group: action.Attributes.Group})
	}
	return actions, nil
}

// EventAction returns the kind of event with the given ID or display name, in
// any case. A name that none has is an [*UnknownActionError].
func (o *Organization) EventAction(ctx context.Context, name string) (EventAction, error) {
	actions, err := o.EventActions(ctx)
	if err != nil {
		return EventAction{}, err
	}
	for _, same := range []func(EventAction) bool{
		func(a EventAction) bool { return a.ID == name },
		func(a EventAction) bool { return strings.EqualFold(a.DisplayName, name) },
		func(a EventAction) bool { return strings.EqualFold(a.ID, name) },
	} {
		if index := slices.IndexFunc(actions, same); index >= 0 {
			return actions[index], nil
		}
	}
	return EventAction{}, &UnknownActionError{Name: name, Similar: similarActions(actions, name)}
}

// mostSimilar is how many names an error proposes.
const mostSimilar = 5

// similarActions returns the display names that share the most pairs of letters
// with name, the most similar first. Names that share hardly any are left out.
func similarActions(actions []EventAction, name string) []string {
	const similarEnough = 0.35
	type candidate struct {
		name  string
		score float64
	}
	var candidates []candidate
	for _, action := range actions {
		score := max(similarity(name, action.DisplayName), similarity(name, action.ID))
		if score >= similarEnough {
			candidates = append(candidates, candidate{action.DisplayName, score})
		}
	}
	slices.SortStableFunc(candidates, func(a, b candidate) int { return cmp.Compare(b.score, a.score) })
	var names []string
	for _, candidate := range candidates[:min(mostSimilar, len(candidates))] {
		names = append(names, candidate.name)
	}
	return names
}

// similarity is the Sørensen-Dice coefficient of the pairs of letters of two
// names: 0 for nothing in common, 1 for the same.
func similarity(a, b string) float64 {
	first, second := letterPairs(a), letterPairs(b)
	shared, total := 0, 0
	for pair, count := range first {
		shared += min(count, second[pair])
		total += count
	}
	for _, count := range second {
		total += count
	}
	return 2 * float64(shared) / float64(max(total, 1))
}

func letterPairs(text string) map[string]int {
	letters := []rune(strings.ToLower(strings.Join(strings.FieldsFunc(text, isSeparator), " ")))
	pairs := map[string]int{}
	for i := 1; i < len(letters); i++ {
		pairs[string(letters[i-1:i+1])]++
	}
	return pairs
}

func isSeparator(r rune) bool {
	return r == ' ' || r == '_' || r == '-'
}
