// SPDX-License-Identifier: MPL-2.0

// Package transport is the one HTTP stack to Atlassian: it authenticates,
// redacts and logs, paces and retries, and turns every failure into one typed
// [Error].
package transport

import (
	"context"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/keyrotation/terraform-provider-atlassian/internal/clock"
)

// Log writes one structured line. Everything handed to it is already masked.
type Log func(ctx context.Context, message string, fields map[string]any)

// Config describes a client of one service: an organization's cloud API or one
// Data Center instance.
type Config struct {
	// BaseURL is the address that paths are appended to; its own path is kept.
	BaseURL *url.URL
	// Credentials authenticates every request; nil sends none.
	Credentials Credentials
	// ProductHeader is what the product asks of every request, such as
	// X-Atlassian-Token.
	ProductHeader http.Header
	// Header is added to every request, for a proxy on the way. It replaces nothing
	// that the client or ProductHeader sets, nor what HTTP itself is made of.
	Header http.Header
	// UserAgent names this product; it must not look like a browser.
	UserAgent string
	// RoundTripper sends; it is shared by clients so that connections are
	// reused. Nil means [http.DefaultTransport].
	RoundTripper http.RoundTripper
	// Clock tells the time and waits; nil means the clock of the machine.
	Clock clock.Clock
	// Log receives one line per request and one per answer; nil logs nothing.
	Log Log
	// MaxRetries is how often an attempt may be repeated.
	MaxRetries int
	// MaxRetryWait is the longest wait before a repetition; a server that asks
	// for a longer one gets an error that says until when. The client's own
	// back-off is never longer.
	MaxRetryWait time.Duration
	// RequestTimeout bounds each attempt; zero or less leaves it unbounded.
	RequestTimeout time.Duration
	// Secrets are masked in all that is logged, reported or answered, besides
	// those of Credentials. One shorter than four bytes is too common to mask.
	Secrets []string
	// Redactor masks; clients that share it know each other's secrets. Nil gives the
	// client its own.
	Redactor *Redactor
	// Pauses holds the rate limits in force; clients that share it respect each
	// other's. Nil gives the client its own.
	Pauses *Pauses
}

// Client sends the requests of one service. It is safe for concurrent use.
type Client struct {
	config   Config
	baseURL  string
	host     string
	redactor *Redactor
	random   func() float64
}

// New returns a client of the service that config describes.
func New(config Config) *Client {
	base := withoutExtras(config.BaseURL)
	config.Header = config.header()
	if config.RoundTripper == nil {
		config.RoundTripper = http.DefaultTransport
	}
	if config.Clock == nil {
		config.Clock = clock.System{}
	}
	if config.Pauses == nil {
		config.Pauses = NewPauses()
	}
	if config.Redactor == nil {
		config.Redactor = NewRedactor()
	}
	config.Redactor.Learn(secretsOf(config)...)
	return &Client{
		config:   config,
		baseURL:  strings.TrimRight(base.String(), "/"),
		host:     strings.ToLower(base.Host),
		redactor: config.Redactor,
		random:   rand.Float64,
	}
}

// As returns a client of the same service with other credentials. It shares all
// else: connections, pauses and what is masked.
func (c *Client) As(credentials Credentials) *Client {
	other := *c
	other.config.Credentials = credentials
	other.redactor.Learn(credentials.secrets()...)
	return &other
}

// Learn masks secrets from here on, of which nothing but a state told: servers
// may repeat them.
func (c *Client) Learn(secrets ...string) {
	c.redactor.Learn(secrets...)
}

// BaseURL returns the address that paths are appended to, without a trailing
// slash, credentials, query and fragment.
func (c *Client) BaseURL() string {
	return c.baseURL
}

// Do sends the request, repeats it as far as that is safe and allowed, and
// returns the 2xx answer. Every error is an [*Error].
//
// A request is repeatable if it is a GET or HEAD, or says so. A repeatable one
// is sent again after every failure that may pass: not sent, interrupted, timed
// out, cut short, 429 and 5xx except 501. Any other only where it is certain
// that it was not carried out: not sent, or 429.
func (c *Client) Do(ctx context.Context, request Request) (*Response, error) {
	call, err := c.newCall(request)
	if err != nil {
		return nil, err
	}
	var last *failure
	for attempts := 0; ; attempts++ {
		if err := c.admit(ctx, call, last, attempts); err != nil {
			return nil, err
		}
		response, failure := c.attempt(ctx, call, attempts+1)
		if failure == nil {
			return response, nil
		}
		failure.Attempts = attempts + 1
		failure.inherit(last)
		if !c.repeat(ctx, call, failure) {
			return nil, failure.Error
		}
		last = failure
	}
}

// withoutExtras returns the parts of an address that a request may be appended to.
func withoutExtras(address *url.URL) *url.URL {
	if address == nil {
		return &url.URL{}
	}
	base := *address
	base.User = nil
	base.RawQuery, base.ForceQuery = "", false
	base.Fragment, base.RawFragment = "", ""
	return &base
}

// secretsOf lists everything that the configuration says must not be seen.
func secretsOf(config Config) []string {
	secrets := config.Secrets
	if config.Credentials != nil {
		secrets = append(config.Credentials.secrets(), secrets...)
	}
	return append(userinfoSecrets(config.BaseURL), secrets...)
}
