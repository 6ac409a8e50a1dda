// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"hash/fnv"
	"html"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

// What the provider was told in confidence, each with characters that some
// encoding changes.
const (
	spikeAPIKey   = "ATCTT3xFfGN0c4nary/spike+key_-=0A1B2C3D"
	spikeJira     = "c4nary/jira+token~1"
	spikeGit      = `c4nary "git" <pass>&word/+%41`
	spikeWiki     = "c4nary/wiki+token~2"
	spikeGate     = "c4nary gate=header/3"
	spikeProxy    = "c4nary+proxy~4"
	spikeJiraUser = "admin"
)

// spikedEstate has one of everything, and behind proxies that add words to
// every text of every answer.
type spikedEstate struct {
	*acctest.Estate
	*acctest.Recording
	organization *simulator.Organization
	jira, git    *simulator.Instance
	// spike returns what is added to a text of an answer to the request, always the
	// same to the same text; nil adds nothing.
	spike func(r *http.Request, text string) string
	// spares reports whether the texts of a field stay as they are.
	spares func(field string) bool
	// secrets are those of the estate, stored those that state may hold.
	secrets, stored []string
}

func newSpikedEstate(t *testing.T) *spikedEstate {
	t.Helper()
	estate := acctest.NewEstate(t, simulator.WithRandom(canaryReader{}))
	jira := estate.Simulator.AddInstance(simulator.InstanceConfig{
		Name: "jira", Product: simulator.Jira, Token: spikeJira, InactiveKeys: []string{"old-key"},
	})
	git := estate.Simulator.AddInstance(simulator.InstanceConfig{Name: "git", Product: simulator.Bitbucket, Password: spikeGit, InactiveKeys: []string{"old-key"}})
	organization := estate.AddOrganization(simulator.OrganizationConfig{
		APIKeys:       []simulator.APIKey{{ID: ownKeyID, Label: "terraform", Secret: spikeAPIKey}, labelled("ci"), labelled("cd")},
		Users:         []simulator.User{{ID: "557058:ann", Name: "Ann", Email: "ann@example.com"}},
		UserAPITokens: []simulator.UserAPIToken{{ID: "used-id", Label: "used", UserID: "557058:ann", CreatedAt: inDays(-100)}},
		AuthPolicies:  []string{authPolicy},
		ServiceAccounts: []simulator.ServiceAccount{{
			ID: "robot-id", DisplayName: "Robot", Tokens: []simulator.UserAPIToken{{ID: "robot-token", Label: "robot"}},
		}},
		OAuthClients: []simulator.OAuthClient{{ID: "client-id", Name: "Robot"}},
	})
	organization.AddTunnel(simulator.TunnelConfig{ID: tunnelID, Instance: jira})
	certificate, key := newKeyPair(t)
	spiked := &spikedEstate{
		Estate: estate, Recording: estate.Record(), organization: organization, jira: jira, git: git,
		spares:  func(string) bool { return false },
		secrets: []string{spikeAPIKey, spikeJira, spikeGit, spikeWiki, spikeGate, spikeProxy, canaryTunnelToken(), strings.Split(key, "\n")[1]},
	}
	estate.Setenv("ATLASSIAN_API_KEY_ID", ownKeyID)
	estate.Setenv("HTTPS_PROXY", "http://proxyuser:"+url.QueryEscape(spikeProxy)+"@proxy.example.com")
	estate.SetProviderBlock(acctest.Object{
		"max_retries": 1, "request_timeout": "1s", "cloud_url": spiked.front(t, estate.Simulator.CloudURL()),
		"instances": acctest.Object{
			"jira": acctest.Object{"url": spiked.front(t, jira.URL()), "token": spikeJira, "headers": acctest.Object{"X-Gate": spikeGate}},
			"git":  acctest.Object{"url": spiked.front(t, git.URL()), "username": spikeJiraUser, "password": spikeGit},
			"wiki": acctest.Object{"url": "https://wiki.example.com", "token": spikeWiki, "client_certificate": certificate, "client_key": key},
		},
	})
	return spiked
}

// newKeyPair returns a client certificate and its key.
func newKeyPair(t *testing.T) (certificate, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour)}
	signed, err := x509.CreateCertificate(rand.Reader, template, template, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: signed})),
		string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: encoded}))
}

// front starts a proxy in front of a server and returns its URL. What the server
// breaks off, the proxy breaks off as well.
func (e *spikedEstate) front(t *testing.T, address string) string {
	t.Helper()
	target, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{
		Rewrite: func(r *httputil.ProxyRequest) {
			r.Out.URL.Scheme, r.Out.URL.Host = target.Scheme, target.Host
			r.Out.Host = target.Host
		},
		ModifyResponse: e.rewrite,
		ErrorHandler:   func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
	}
	server := httptest.NewUnstartedServer(proxy)
	server.Config.ErrorLog = silent()
	server.Start()
	t.Cleanup(server.Close)
	return server.URL + target.Path
}

// rewrite adds the spike to all that an answer says.
func (e *spikedEstate) rewrite(response *http.Response) error {
	if e.spike == nil {
		return nil
	}
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return err
	}
	spike := func(text string) string { return e.spike(response.Request, text) }
	for _, name := range []string{"X-Echo", "X-Request-Id", "Www-Authenticate", "X-Authentication-Denied-Reason", "Set-Cookie", "Location"} {
		if value := spike(name); response.Header.Get(name) != "" || name != "Location" {
			response.Header.Set(name, printable(value))
		}
	}
	response.Header.Add("X-"+strings.Trim(base64.RawURLEncoding.EncodeToString([]byte(spike("name of a header"))), "-_"), "name")
	body = e.spikeBody(body, spike, response.StatusCode)
	response.Body = io.NopCloser(bytes.NewReader(body))
	response.ContentLength = int64(len(body))
	response.Header.Set("Content-Length", "")
	response.Header.Del("Content-Length")
	return nil
}

// printable drops what no header can hold: Go's client takes none with it.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, text)
}

func (e *spikedEstate) spikeBody(body []byte, spike func(text string) string, status int) []byte {
	var said any
	switch {
	case len(body) == 0 && status >= http.StatusBadRequest:
		said = map[string]any{
			"message": "m", "status": "s", "errorMessages": []any{"e"}, "reason": "r",
			"errors": []any{map[string]any{"id": "i", "code": "c", "title": "t", "detail": "d", "message": "m"}},
		}
	case json.Unmarshal(body, &said) != nil:
		return append(body, spike("no JSON")...)
	}
	spiked, err := json.Marshal(e.spiked("", said, spike))
	if err != nil {
		return body
	}
	return spiked
}

// spiked returns a value with the spike behind every text, except in fields that
// are spared, and with a field that is one.
func (e *spikedEstate) spiked(field string, value any, spike func(text string) string) any {
	switch value := value.(type) {
	case string:
		if e.spares(field) {
			return value
		}
		return value + " " + spike(field+value)
	case []any:
		for i := range value {
			value[i] = e.spiked(field, value[i], spike)
		}
	case map[string]any:
		for name, part := range value {
			value[name] = e.spiked(name, part, spike)
		}
		value["x-"+spike("name of a field")] = spike("added field")
	}
	return value
}

// confidential makes servers say secrets, so many forms of any with each text, and
// the credentials that they were sent. Another seed spreads them otherwise.
func (e *spikedEstate) confidential(t *testing.T, seed string, perText int) {
	t.Helper()
	var forms []string
	for _, secret := range e.secrets {
		forms = append(forms, spokenForms(t, secret)...)
	}
	t.Logf("%d secrets in %d forms", len(e.secrets), len(forms))
	e.spike = func(r *http.Request, text string) string {
		hash := fnv.New32a()
		_, _ = io.WriteString(hash, seed+r.URL.Path+text)
		var said strings.Builder
		n := hash.Sum32()
		for range perText {
			said.WriteString(forms[n%uint32(len(forms))] + " ")
			n /= uint32(len(forms))
		}
		return said.String() + r.Header.Get("Authorization") + " " + r.Header.Get("X-Gate")
	}
}

// spokenForms returns a secret in the forms that servers write it in.
func spokenForms(t *testing.T, secret string) []string {
	t.Helper()
	forms := []string{secret, html.EscapeString(secret), strings.ReplaceAll(html.EscapeString(secret), "&#34;", "&quot;")}
	if secret == canaryTunnelToken() {
		// It is not known before it was answered, but told by its shape.
		return forms
	}
	quoted, err := json.Marshal(secret)
	if err != nil {
		t.Fatal(err)
	}
	forms = append(forms, string(quoted))
	for _, escaped := range []string{url.QueryEscape(secret), url.PathEscape(secret)} {
		forms = append(forms, escaped, lowerEscapes(escaped))
	}
	for _, whole := range []string{secret, spikeJiraUser + ":" + secret, "Bearer " + secret} {
		for _, alphabet := range []*base64.Encoding{base64.StdEncoding, base64.URLEncoding, base64.RawStdEncoding, base64.RawURLEncoding} {
			forms = append(forms, alphabet.EncodeToString([]byte(whole)))
		}
	}
	return slices.Compact(forms)
}

// lowerEscapes writes percent escapes in lower case.
func lowerEscapes(text string) string {
	lowered := []byte(text)
	for i := range lowered {
		if lowered[i] == '%' && i+2 < len(lowered) {
			copy(lowered[i+1:i+3], bytes.ToLower(lowered[i+1:i+3]))
		}
	}
	return string(lowered)
}
