// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"encoding/base64"
	"fmt"
	"io"
)

// Credentials authenticates requests. It does not show its secrets to fmt.
type Credentials interface {
	// authorization is the value of the Authorization header; empty sends none.
	authorization() string
	// secrets lists what must be masked.
	secrets() []string
}

// Bearer returns the credentials of an organization API key or of a personal
// access token.
//
// See https://developer.atlassian.com/cloud/admin/organization/rest/intro/ and
// https://confluence.atlassian.com/enterprise/using-personal-access-tokens-1026032365.html.
func Bearer(token string) Credentials {
	if token == "" {
		return credentials{}
	}
	return credentials{header: "Bearer " + token, hidden: []string{token}}
}

// Basic returns the credentials of a user of a Data Center instance. Bitbucket
// takes no other for its administration.
func Basic(username, password string) Credentials {
	pair := base64.StdEncoding.EncodeToString([]byte(username + ":" + password))
	urlPair := base64.URLEncoding.EncodeToString([]byte(username + ":" + password))
	return credentials{header: "Basic " + pair, hidden: []string{password, pair, urlPair}}
}

type credentials struct {
	header string
	hidden []string
}

var (
	_ Credentials   = credentials{}
	_ fmt.Formatter = credentials{}
)

func (c credentials) authorization() string {
	return c.header
}

func (c credentials) secrets() []string {
	return append([]string(nil), c.hidden...)
}

// Format keeps every verb from printing the secrets.
func (c credentials) Format(state fmt.State, _ rune) {
	_, _ = io.WriteString(state, mask)
}
