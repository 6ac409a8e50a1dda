// SPDX-License-Identifier: MPL-2.0

package paging

import (
	"bytes"
	"context"
	"errors"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/lenient"
	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
)

// Fetch reads one page: the entries that stand in a field of the answer, or are
// the answer where field is empty, and the rest of the answer. An entry that is
// no object is left out, and a field of another type than T wants is empty: one
// odd entry costs no other. Check says what is wrong with a page, which makes
// the answer unreadable; nil for nothing. The error is a [*transport.Error].
func Fetch[T, R any](ctx context.Context, client *transport.Client, request transport.Request, field string, check func([]T, R) error) ([]T, R, error) {
	return fetch(ctx, client, request, field, nil, check)
}

// errOddEntry makes a page unreadable that has to be whole.
var errOddEntry = errors.New("an entry of the list is no object")

// FetchWhole is [Fetch] for lists where what they lack is taken for gone: an entry
// that is no object makes the answer unreadable, because it may hide others.
func FetchWhole[T, R any](ctx context.Context, client *transport.Client, request transport.Request, field string, check func([]T, R) error) ([]T, R, error) {
	return fetch(ctx, client, request, field, errOddEntry, check)
}

// fetch reads one page. Odd is the error of an entry that is no object.
func fetch[T, R any](ctx context.Context, client *transport.Client, request transport.Request, field string, odd error, check func([]T, R) error) ([]T, R, error) {
	var entries []T
	var rest R
	request.List = &transport.List{
		Field: field,
		Begin: func() { entries = []T{} },
		Entry: func(text []byte) error {
			if !bytes.HasPrefix(text, []byte("{")) {
				return odd
			}
			var entry T
			if err := lenient.Decode(text, &entry); err != nil {
				return err
			}
			entries = append(entries, entry)
			return nil
		},
	}
	request.Check = func(response *transport.Response) error {
		rest = *new(R)
		if err := response.Decode(&rest); err != nil {
			return err
		}
		if check == nil {
			return nil
		}
		return check(entries, rest)
	}
	_, err := client.Do(ctx, request)
	return entries, rest, err
}
