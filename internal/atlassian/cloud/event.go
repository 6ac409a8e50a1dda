package cloud

import (
	"slices"
	"strings"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
)

// Event is an entry of the audit log of an organization. A field is empty where
// the entry does not have it.
type Event struct {
	// ID is a UUID.
	ID string
	// At is when it happened.
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
type eventEntity struct {
	ID         transport.Name `json:"id"`
	Attributes struct {
		Time      time.Time     `json:"time"`
		Action    string        `json:"action"`
		Actor     actorEntity   `json:"actor"`
		Context   objectEntries `json:"context"`
		Container objectEntries `json:"container"`
		Location  struct {
			IP      string `json:"ip"`
			City    string `json:"city"`
			Country string `json:"countryName"`
		} `json:"location"`
	} `json:"attributes"`
	Message struct {
		Content string `json:"content"`
	} `json:"message"`
}

type actorEntity struct {
	ID    transport.Name `json:"id"`
	Name  string         `json:"name"`
	Email string         `json:"email"`
	Auth  struct {
		TokenID    transport.Name `json:"tokenId"`
		TokenLabel string         `json:"tokenLabel"`
	} `json:"auth"`
}

type objectEntries []struct {
	ID         transport.Name `json:"id"`
	Type       string         `json:"type"`
	Attributes map[string]any `json:"attributes"`
}

func (e eventEntity) event() Event {
	told := e.Attributes
	return Event{
		ID:         string(e.ID),
		At:         told.Time,
		Action:     told.Action,
		Actor:      Actor{ID: string(told.Actor.ID), Name: told.Actor.Name, Email: told.Actor.Email},
		TokenID:    string(told.Actor.Auth.TokenID),
		TokenLabel: told.Actor.Auth.TokenLabel,
		Objects:    told.Context.objects(),
		Containers: told.Container.objects(),
		IP:         told.Location.IP,
		City:       told.Location.City,
		Country:    told.Location.Country,
		Message:    e.Message.Content,
	}
}

func (o objectEntries) objects() []EventObject {
	objects := make([]EventObject, 0, len(o))
	for _, entry := range o {
		objects = append(objects, EventObject{ID: string(entry.ID), Type: entry.Type, attributes: entry.Attributes})
	}
	return objects
}
