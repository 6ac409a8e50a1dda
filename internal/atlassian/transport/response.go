// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
)

// Response is an answer with a 2xx status, for a read 200 or 203, whose body
// arrived whole, unless the request took any. It is fit to be shown.
type Response struct {
	// Status is the HTTP status code, 200 to 299.
	Status int
	// Header holds the headers of the answer.
	Header http.Header
	// Body holds the bytes of the answer, at most 8 MiB. It may be empty. Secrets
	// in it are masked, what steers a terminal is written out, and a text of more
	// than 16 KiB is cut.
	Body []byte
	// Secret is what stood in the field that [Request.SecretField] names.
	Secret string

	call *call
}

var (
	errEmptyBody = errors.New("the body is empty")
	errNullBody  = errors.New("the body is null")
)

// Decode reads the JSON body into v, a pointer. Fields that v lacks are
// ignored. An empty body, a bare null and anything that is not JSON for v is an
// [*Error] of the kind [Unreadable].
func (r *Response) Decode(v any) error {
	body := bytes.TrimSpace(r.Body)
	switch {
	case len(body) == 0:
		return r.unreadable(errEmptyBody)
	case bytes.Equal(body, []byte("null")):
		return r.unreadable(errNullBody)
	}
	if err := json.Unmarshal(body, v); err != nil {
		return r.unreadable(err)
	}
	return nil
}

// unreadable reports that the body is not what the endpoint documents.
func (r *Response) unreadable(cause error) *Error {
	of := r.call
	if of == nil {
		of = &call{redactor: NewRedactor()}
	}
	failure := of.failed(Unreadable, cause)
	failure.Status = r.Status
	failure.RequestID = cutWords(requestID(r.Header), maxRequestID)
	return failure
}
