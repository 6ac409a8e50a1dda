// SPDX-License-Identifier: MPL-2.0

package simulator_test

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// faultyPage is a page of a list of API keys as it may be.
type faultyPage struct {
	Data []*struct {
		ID json.RawMessage `json:"id"`
	} `json:"data"`
	Links *struct {
		Next string `json:"next"`
	} `json:"links"`
	Padding string `json:"padding"`
}

// newFaultyList starts an organization with four keys whose list has a fault.
func newFaultyList(t *testing.T, fault simulator.ListFault) (*simulator.Organization, *simulator.Simulator) {
	t.Helper()
	organization, s, _ := newOrganization(t, nil, withKeys(4))
	organization.SetListFault("/api-keys", fault)
	return organization, s
}

func faulty(t *testing.T, s *simulator.Simulator, query string) faultyPage {
	t.Helper()
	return decode[faultyPage](t, askCloud(s, http.MethodGet, apiKeysPath+"?"+query).send(t).wantStatus(t, http.StatusOK))
}

// walk returns how many entries each of the first pages has, with the cursor
// that leads on, as a letter in the order of appearance.
func walk(t *testing.T, s *simulator.Simulator, pages int) (sizes []int, cursors string) {
	t.Helper()
	var seen []string
	query := "pageSize=3"
	for range pages {
		page := faulty(t, s, query)
		sizes = append(sizes, len(page.Data))
		if page.Links == nil || page.Links.Next == "" {
			return sizes, cursors + "."
		}
		if !slices.Contains(seen, page.Links.Next) {
			seen = append(seen, page.Links.Next)
		}
		cursors += string(rune('a' + slices.Index(seen, page.Links.Next)))
		query = "pageSize=3&cursor=" + page.Links.Next
	}
	return sizes, cursors
}

func TestListFaults_cursorsThatNeverEnd(t *testing.T) {
	t.Parallel()
	for fault, want := range map[simulator.ListFault]string{
		"":                          "a.",
		simulator.CursorCycle:       "ababa",
		simulator.RepeatedCursor:    "aaaaa",
		simulator.EndlessEmptyPages: "abcde",
	} {
		t.Run(string(fault), func(t *testing.T) {
			t.Parallel()
			_, s := newFaultyList(t, fault)
			sizes, cursors := walk(t, s, 5)
			wantEqual(t, "cursors", cursors, want)
			wantEqual(t, "entries", sizes[0], 3)
			if fault == simulator.EndlessEmptyPages && !slices.Equal(sizes, []int{3, 1, 0, 0, 0}) {
				t.Errorf("unexpected sizes %v", sizes)
			}
		})
	}
}

func TestListFaults_oddPages(t *testing.T) {
	t.Parallel()
	organization, s := newFaultyList(t, simulator.BareLastPage)
	if page := faulty(t, s, ""); page.Links != nil || len(page.Data) != 4 {
		t.Errorf("unexpected page %+v", page)
	}
	if faulty(t, s, "pageSize=3").Links == nil {
		t.Error("the first of two pages is bare")
	}
	organization.SetListFault("/api-keys", simulator.ForeignNextLink)
	if next := faulty(t, s, "pageSize=3").Links.Next; !strings.HasPrefix(next, "https://attacker.example/") {
		t.Errorf("unexpected link %q", next)
	}
	organization.SetListFault("/api-keys", simulator.HugePage)
	wantEqual(t, "padding", len(faulty(t, s, "").Padding), 9<<20)
	organization.SetListFault("/api-keys", simulator.NullEntry)
	if page := faulty(t, s, ""); page.Data[0] != nil || len(page.Data) != 5 {
		t.Errorf("unexpected page %+v", page)
	}
	organization.SetListFault("/api-keys", simulator.NumericIDs)
	wantEqual(t, "ID", string(faulty(t, s, "").Data[3].ID), "4")
	organization.SetListFault("/api-keys", "")
	wantEqual(t, "ID", string(faulty(t, s, "").Data[0].ID), `"key-unscoped"`)
}

func TestListFaults_manyEntriesHaveIDsOfTheirOwn(t *testing.T) {
	t.Parallel()
	_, s := newFaultyList(t, simulator.ManyEntries)
	seen := map[string]bool{}
	const offset99000 = "b2Zmc2V0Ojk5MDAw"
	first := faulty(t, s, "pageSize=1000")
	second := faulty(t, s, "pageSize=1000&cursor="+first.Links.Next)
	last := faulty(t, s, "pageSize=1000&cursor="+offset99000)
	for _, page := range []faultyPage{first, second, last} {
		for _, entry := range page.Data {
			seen[string(entry.ID)] = true
		}
	}
	wantEqual(t, "different entries", len(seen), 3000)
	wantEqual(t, "an entry", seen[`"key-unscoped-1000"`], true)
	wantEqual(t, "link on the last page", last.Links.Next, "")
}

func TestListFaults_areThoseOfTheListsThatWereNamed(t *testing.T) {
	t.Parallel()
	organization, s := newFaultyList(t, simulator.BareLastPage)
	events := func() string {
		return askCloud(s, http.MethodGet, eventsPath).send(t).wantStatus(t, http.StatusOK).body
	}
	wantEqual(t, "events are bare", strings.Contains(events(), "page_size"), true)
	organization.SetListFault("", simulator.BareLastPage)
	wantEqual(t, "events", events(), `{"data":[]}`)
	for _, path := range []string{"/admin/v1/orgs/{org}/users", eventsPath + "-stream", apiTokensPath} {
		wantEqual(t, path, askCloud(s, http.MethodGet, path).send(t).body, `{"data":[]}`)
	}
	organization.SetListFault("/events", simulator.NullEntry)
	wantEqual(t, "events", strings.HasPrefix(events(), `{"data":[null],`), true)
}

func TestListFaults_haveNames(t *testing.T) {
	t.Parallel()
	names := simulator.ListFaults()
	wantEqual(t, "faults", len(names), 9)
	wantEqual(t, "first", string(names[0]), "cursor-cycle")
	names[0] = names[1]
	wantEqual(t, "repeated names", len(slices.Compact(names)), 8)
}
