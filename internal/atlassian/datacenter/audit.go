// SPDX-License-Identifier: MPL-2.0

package datacenter

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/lenient"
	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/paging"
	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
)

const (
	auditPath = "/rest/auditing/1.0/events"
	// auditPageSize is a compromise: the log takes 1 to 100000 and gives 200
	// where nothing is asked for.
	auditPageSize = 1000
	// auditTimeForm is a Java instant, which must be in UTC.
	auditTimeForm = "2006-01-02T15:04:05.000Z"
	// auditCursor is the parameter that holds the cursor.
	auditCursor = "pageCursor"
)

var errNoCursor = errors.New("it is not the last page and does not say where the next one begins")

// AuditQuery says which entries of an audit log are wanted.
type AuditQuery struct {
	// From and To bound when something happened; zero is no bound.
	From, To time.Time
	// Matches picks entries; nil picks all.
	Matches func(AuditEvent) bool
	// Limit is how many entries are wanted at most, the newest ones.
	Limit int
}

// AuditEvent is an entry of the audit log of an instance. A field is empty
// where the entry does not have it.
type AuditEvent struct {
	// At is when it happened; zero where nobody can read it.
	At time.Time
	// AuthorName and AuthorID tell who did it; both are empty for the system.
	AuthorName, AuthorID string
	// AuthorURI is the address of the author's profile, which holds the user name.
	AuthorURI string
	// CategoryKey and ActionKey are translation keys, Category and Action the
	// texts that they stand for in the language of the instance.
	CategoryKey, Category string
	ActionKey, Action     string
	// Objects are the names of what was affected.
	Objects []string
	// Attributes are names and values of what else is told.
	Attributes map[string]string
	// Source is the address that it was done from, Node the node of the
	// cluster and Method the means, such as Browser.
	Source, Node, Method string
}

// AuditEvents returns entries of the audit log, newest first, and whether there
// are more than the limit. Entries are written asynchronously: what happened
// seconds ago may be missing. Reading the log writes an entry of its own.
//
// GET /rest/auditing/1.0/events of Jira, Confluence and Bitbucket,
// https://confluence.atlassian.com/jiracore/audit-log-improvements-for-developers-1019401815.html.
func (i *Instance) AuditEvents(ctx context.Context, query AuditQuery) (events []AuditEvent, more bool, err error) {
	list := paging.List[AuditEvent]{
		Name: "audit events",
		Read: func(ctx context.Context, cursor string) (paging.Page[AuditEvent], error) {
			return i.auditPage(ctx, query, cursor)
		},
		Keep:  query.Matches,
		Limit: query.Limit,
	}
	return list.All(ctx)
}

// auditPage reads the page that begins at cursor. The link to the next page is
// never followed: it stands on the canonical base URL of the instance, which
// may lead elsewhere than the configured one.
func (i *Instance) auditPage(ctx context.Context, query AuditQuery, cursor string) (paging.Page[AuditEvent], error) {
	parameters := url.Values{"limit": {strconv.Itoa(auditPageSize)}}
	setInstant(parameters, "from", query.From)
	setInstant(parameters, "to", query.To)
	if cursor != "" {
		parameters.Set(auditCursor, cursor)
	}
	request := transport.Request{Method: http.MethodGet, Path: auditPath, Query: parameters}
	entities, end, err := paging.FetchReadable(ctx, i.client, request, "entities", func(_ []auditEntity, end auditPageEnd) error {
		_, err := end.Paging.next()
		return err
	})
	if err != nil {
		return paging.Page[AuditEvent]{}, err
	}
	page := paging.Page[AuditEvent]{Entries: make([]AuditEvent, 0, len(entities))}
	for _, entity := range entities {
		page.Entries = append(page.Entries, entity.event())
	}
	page.Next, err = end.Paging.next()
	return page, err
}

func setInstant(parameters url.Values, name string, at time.Time) {
	if !at.IsZero() {
		parameters.Set(name, at.UTC().Format(auditTimeForm))
	}
}

// auditPageEnd is what a page holds besides its entries.
type auditPageEnd struct {
	Paging auditPaging `json:"pagingInfo"`
}

type auditPaging struct {
	LastPage   *bool          `json:"lastPage"`
	NextCursor transport.Name `json:"nextPageCursor"`
	NextLink   transport.Name `json:"nextPageLink"`
}

// next returns where the next page begins; empty after the last one, which may
// say nothing at all.
func (p auditPaging) next() (string, error) {
	switch {
	case p.LastPage != nil && *p.LastPage:
		return "", nil
	case p.NextCursor != "":
		return string(p.NextCursor), nil
	case p.NextLink != "":
		return paging.Cursor(string(p.NextLink), auditCursor)
	case p.LastPage != nil:
		return "", errNoCursor
	default:
		return "", nil
	}
}

// auditEntity is an entry as the log writes it. A field of another type is empty,
// and costs no other.
type auditEntity struct {
	Timestamp lenient.Time `json:"timestamp"`
	Author    struct {
		Name lenient.Text `json:"name"`
		ID   lenient.Text `json:"id"`
		URI  lenient.Text `json:"uri"`
	} `json:"author"`
	Type struct {
		CategoryKey lenient.Text `json:"categoryI18nKey"`
		Category    lenient.Text `json:"category"`
		ActionKey   lenient.Text `json:"actionI18nKey"`
		Action      lenient.Text `json:"action"`
	} `json:"type"`
	AffectedObjects lenient.Entries `json:"affectedObjects"`
	ExtraAttributes lenient.Entries `json:"extraAttributes"`
	Source          lenient.Text    `json:"source"`
	Node            lenient.Text    `json:"node"`
	Method          lenient.Text    `json:"method"`
}

func (e auditEntity) event() AuditEvent {
	event := AuditEvent{
		At:          e.Timestamp.Time,
		AuthorName:  string(e.Author.Name),
		AuthorID:    string(e.Author.ID),
		AuthorURI:   string(e.Author.URI),
		CategoryKey: string(e.Type.CategoryKey),
		Category:    string(e.Type.Category),
		ActionKey:   string(e.Type.ActionKey),
		Action:      string(e.Type.Action),
		Attributes:  map[string]string{},
		Source:      string(e.Source),
		Node:        string(e.Node),
		Method:      string(e.Method),
	}
	for _, object := range readNamed(e.AffectedObjects) {
		event.Objects = append(event.Objects, string(object.Name))
	}
	for _, attribute := range readNamed(e.ExtraAttributes) {
		event.Attributes[string(attribute.Name)] = string(attribute.Value)
	}
	return event
}

// named is something that an entry names, with a value where it is an attribute.
type named struct {
	Name  lenient.Text `json:"name"`
	Value lenient.Text `json:"value"`
}

func readNamed(entries lenient.Entries) []named {
	all := make([]named, len(entries))
	for n, entry := range entries {
		if lenient.Decode(entry, &all[n]) != nil {
			all[n] = named{}
		}
	}
	return all
}
