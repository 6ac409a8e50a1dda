// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"net/http"
)

// readBody returns the body, which stands in memory and cannot fail.
func readBody(r *http.Request) []byte {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil
	}
	return body
}

// decode parses a body, without undocumented fields unless they are to be
// ignored.
func (i *Instance) decode(body []byte, into any) error {
	if i.config.Guesses.IgnoreUndocumentedInput {
		return json.Unmarshal(body, into)
	}
	return decodeStrictly(body, into)
}

// decodeStrictly parses exactly one JSON value without undocumented fields.
func decodeStrictly(body []byte, into any) error {
	decoder := json.NewDecoder(bytes.NewReader(body))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return err
	}
	if decoder.More() {
		return errors.New("more than one JSON value")
	}
	return nil
}
