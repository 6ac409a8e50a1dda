// SPDX-License-Identifier: MPL-2.0

package datacenter

import (
	"sync"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/cache"
)

// tokenList is what a run knows of the tokens of one owner.
type tokenList struct {
	tokens cache.Value[[]Token]
	trial  trial[[]Token]

	mutex sync.Mutex
	api   tokenAPI
}

// dialect returns how the product speaks of tokens; nil while nobody knows.
func (l *tokenList) dialect() tokenAPI {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	return l.api
}

func (l *tokenList) setDialect(api tokenAPI) {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	l.api = api
}

// tokenLists keeps the lists of an instance, one for each owner. They belong to
// the credentials: another account has other tokens.
type tokenLists struct {
	mutex sync.Mutex
	known map[TokenOwner]*tokenList
}

func newTokenLists() *tokenLists {
	return &tokenLists{known: map[TokenOwner]*tokenList{}}
}

// of returns the list of an owner, the same every time.
func (l *tokenLists) of(owner TokenOwner) *tokenList {
	l.mutex.Lock()
	defer l.mutex.Unlock()
	if _, ok := l.known[owner]; !ok {
		l.known[owner] = &tokenList{}
	}
	return l.known[owner]
}
