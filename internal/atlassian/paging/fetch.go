// SPDX-License-Identifier: MPL-2.0

package paging

import (
	"bytes"
	"context"
	"errors"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/lenient"
	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
)

var errNoObject = errors.New("an entry of the list is no object")

// Fetch reads one page: the entries that stand in a field of the answer, or are
// the answer where field is empty, and the rest of the answer. An entry that is
// null says nothing, one that is anything else but an object makes the answer
// unreadable: whoever looks for what is gone needs to know all that is there. A
// field of another type than T wants is empty. Check says what is wrong with a
// page, which makes the answer unreadable; nil for nothing. The error is a
// [*transport.Error].
func Fetch[T, R any](ctx context.Context, client *transport.Client, request transport.Request, field string, check func([]T, R) error) ([]T, R, error) {
	return fetch(ctx, client, request, field, check, errNoObject)
}

// FetchReadable is [Fetch] for lists in which nothing is looked for: an entry that
// is no object is left out.
func FetchReadable[T, R any](ctx context.Context, client *transport.Client, request transport.Request, field string, check func([]T, R) error) ([]T, R, error) {
	return fetch(ctx, client, request, field, check, nil)
}

// fetch gives entries that are no object the error odd.
func fetch[T, R any](
	ctx context.Context, client *transport.Client, request transport.Request, field string, check func([]T, R) error, odd error,
) ([]T, R, error) {
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
