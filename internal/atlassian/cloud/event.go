// SPDX-License-Identifier: MPL-2.0

package cloud

import (
	"slices"
	"strings"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/lenient"
)

// Event is an entry of the audit log of an organization. A field is empty where
// the entry does not have it.
type Event struct {
	// ID is a UUID.
	ID string
	// At is when it happened; zero where nobody can read it.
	At time.Time
	// Action is the ID of what happened.
	Action string
	// Actor is who did it.
	Actor Actor
	// TokenID and TokenLabel name the API token that it was done with.
	TokenID, TokenLabel string
	// Objects is what it was done to, Containers where.
	Objects, Containers []EventObject
	// IP, City and Country tell where the actor was.
	IP, City, Country string
	// Message is for people.
	Message string
}

// Actor is an account that did something.
type Actor struct {
	ID, Name, Email string
}

// EventObject is something that an event is about.
type EventObject struct {
	ID, Type string

	attributes map[string]any
}

// mentions reports whether the event names the thing with the given ID.
func (e Event) mentions(id string) bool {
	return strings.Contains(e.Message, id) || slices.ContainsFunc(e.Objects, func(object EventObject) bool {
		return strings.HasSuffix(object.ID, id) || object.hasAttribute(id)
	})
}

func (o EventObject) hasAttribute(id string) bool {
	for _, value := range o.attributes {
		if text, ok := value.(string); ok && strings.Contains(text, id) {
			return true
		}
	}
	return false
}

// eventEntity is an event as the API writes it,
// https://developer.atlassian.com/cloud/admin/organization/rest/api-group-events/.
// A field of another type than the page says is empty, and costs no other.
type eventEntity struct {
	ID         lenient.Text `json:"id"`
	Attributes struct {
		Time      lenient.Time    `json:"time"`
		Action    lenient.Text    `json:"action"`
		Actor     actorEntity     `json:"actor"`
		Context   lenient.Entries `json:"context"`
		Container lenient.Entries `json:"container"`
		Location  struct {
			IP      lenient.Text `json:"ip"`
			City    lenient.Text `json:"city"`
			Country lenient.Text `json:"countryName"`
		} `json:"location"`
	} `json:"attributes"`
	Message struct {
		Content lenient.Text `json:"content"`
	} `json:"message"`
}

type actorEntity struct {
	ID    lenient.Text `json:"id"`
	Name  lenient.Text `json:"name"`
	Email lenient.Text `json:"email"`
	Auth  struct {
		TokenID    lenient.Text `json:"tokenId"`
		TokenLabel lenient.Text `json:"tokenLabel"`
	} `json:"auth"`
}

type objectEntity struct {
	ID         lenient.Text   `json:"id"`
	Type       lenient.Text   `json:"type"`
	Attributes map[string]any `json:"attributes"`
}

func (e eventEntity) event() Event {
	told := e.Attributes
	return Event{
		ID:         string(e.ID),
		At:         told.Time.Time,
		Action:     string(told.Action),
		Actor:      Actor{ID: string(told.Actor.ID), Name: string(told.Actor.Name), Email: string(told.Actor.Email)},
		TokenID:    string(told.Actor.Auth.TokenID),
		TokenLabel: string(told.Actor.Auth.TokenLabel),
		Objects:    readObjects(told.Context),
		Containers: readObjects(told.Container),
		IP:         string(told.Location.IP),
		City:       string(told.Location.City),
		Country:    string(told.Location.Country),
		Message:    string(e.Message.Content),
	}
}

func readObjects(entries lenient.Entries) []EventObject {
	objects := make([]EventObject, 0, len(entries))
	for _, entry := range entries {
		var entity objectEntity
		if lenient.Decode(entry, &entity) == nil {
			objects = append(objects, EventObject{ID: string(entity.ID), Type: string(entity.Type), attributes: entity.Attributes})
		}
	}
	return objects
}
