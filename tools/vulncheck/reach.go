// SPDX-License-Identifier: MPL-2.0

package main

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// reach returns nil where the vulnerability database at address answers within
// patience, and otherwise why it does not. A database in a local folder counts
// as reached: govulncheck itself says best what is wrong with one.
//
// What a database serves is described at
// https://go.dev/doc/security/vuln/database#api.
func reach(ctx context.Context, client *http.Client, address string, patience time.Duration) error {
	if strings.HasPrefix(address, "file:") {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	index, err := url.JoinPath(address, "index", "db.json")
	if err != nil {
		return err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, index, nil)
	if err != nil {
		return err
	}
	response, err := client.Do(request)
	if err != nil {
		return err
	}
	if err := response.Body.Close(); err != nil {
		return err
	}
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", index, response.Status)
	}
	return nil
}
