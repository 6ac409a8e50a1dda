// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"strings"
	"testing"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
)

// instanceBlock returns a provider block with one instance, jira.
func instanceBlock(instance acctest.Object) acctest.Object {
	return acctest.Object{"instances": acctest.Object{"jira": instance}}
}

func TestProvider_refusesUnusableURLs(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ url, says string }{
		"no scheme":       {"jira.example.com", "starts with https://"},
		"other scheme":    {"ftp://jira.example.com", "starts with https://"},
		"no host":         {"https://", "starts with https://"},
		"no number":       {"https://jira.example.com:port", "cannot be read as a URL"},
		"credentials":     {"https://admin:in-the-url@jira.example.com", "no user name or password"},
		"query":           {"https://jira.example.com/?os_authType=basic", "starts with ? or #"},
		"empty query":     {"https://jira.example.com/?", "starts with ? or #"},
		"fragment":        {"https://jira.example.com/#login", "starts with ? or #"},
		"dot segments":    {"https://git.example.com/bitbucket/../jira", "holds . or .."},
		"http, elsewhere": {"http://jira.example.com", "clear text"},
		"http, by number": {"http://192.0.2.1", "clear text"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate := acctest.NewEstate(t)
			instance := estate.CheckProvider(t, instanceBlock(acctest.Object{"url": test.url, "token": "jira-token"}))
			instance.MustFailAt(t, "instances.jira.url", "Unusable base URL", test.says)
			cloud := estate.CheckProvider(t, acctest.Object{"cloud_url": test.url, "api_key": "cloud-key"})
			cloud.MustFailAt(t, "cloud_url", "Unusable base URL", "cloud_url (or ATLASSIAN_CLOUD_URL): ", test.says)
			if said := strings.Join(append(instance.Errors(), cloud.Errors()...), "\n"); strings.Contains(said, "in-the-url") {
				t.Errorf("the error repeats the password:\n%s", said)
			}
		})
	}
}

func TestProvider_acceptsHTTPWhereItIsSafeOrAllowed(t *testing.T) {
	t.Parallel()
	for name, instance := range map[string]acctest.Object{
		"this machine, by name":    {"url": "http://localhost:8080", "token": "jira-token"},
		"this machine, by number":  {"url": "http://127.0.0.1:8080/jira/", "token": "jira-token"},
		"this machine, by IPv6":    {"url": "http://[::1]:8080", "token": "jira-token"},
		"elsewhere, where allowed": {"url": "http://jira.example.com", "token": "jira-token", "allow_http": true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			acctest.NewEstate(t).CheckProvider(t, instanceBlock(instance)).MustBeQuiet(t)
		})
	}
}

func TestProvider_refusesUnclearCredentials(t *testing.T) {
	t.Parallel()
	const url = "https://jira.example.com"
	for name, test := range map[string]struct {
		instance    acctest.Object
		environment map[string]string
		path        string
		says        []string
	}{
		"both kinds": {
			instance: acctest.Object{"url": url, "token": "jira-token", "username": "admin", "password": "jira-password"},
			path:     "instances.jira.token", says: []string{"Two kinds of credentials"},
		},
		"both kinds in the environment": {
			instance:    acctest.Object{"url": url},
			environment: map[string]string{"TOKEN": "jira-token", "USERNAME": "admin", "PASSWORD": "jira-password"},
			path:        "instances.jira.token", says: []string{"Two kinds of credentials", "ATLASSIAN_INSTANCE_JIRA_"},
		},
		"user name alone": {
			instance: acctest.Object{"url": url, "username": "admin"},
			path:     "instances.jira.username", says: []string{"username without password", "ATLASSIAN_INSTANCE_JIRA_PASSWORD"},
		},
		"password alone": {
			instance: acctest.Object{"url": url, "password": "jira-password"},
			path:     "instances.jira.password", says: []string{"password without username", "ATLASSIAN_INSTANCE_JIRA_USERNAME"},
		},
		"none": {
			instance: acctest.Object{"url": url},
			path:     "instances.jira", says: []string{"Credentials missing", "ATLASSIAN_INSTANCE_JIRA_TOKEN"},
		},
		"no URL": {
			instance: acctest.Object{"token": "jira-token"},
			path:     "instances.jira", says: []string{"url missing", "ATLASSIAN_INSTANCE_JIRA_URL"},
		},
		"certificate without key": {
			instance: acctest.Object{"url": url, "token": "jira-token", "client_certificate": "PEM"},
			path:     "instances.jira.client_certificate", says: []string{"client_certificate without client_key"},
		},
		"key without certificate": {
			instance: acctest.Object{"url": url, "token": "jira-token", "client_key": "PEM"},
			path:     "instances.jira.client_key", says: []string{"client_key without client_certificate"},
		},
		"certificate and key that are none": {
			instance: acctest.Object{"url": url, "token": "jira-token", "client_certificate": "no PEM", "client_key": "no-secret PEM"},
			path:     "instances.jira.client_key", says: []string{"Unusable certificate or key"},
		},
		"authority that is none": {
			instance: acctest.Object{"url": url, "token": "jira-token", "ca_certificate": "no PEM"},
			path:     "instances.jira.ca_certificate", says: []string{"Unusable certificate or key"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate := acctest.NewEstate(t)
			for kind, value := range test.environment {
				estate.Setenv("ATLASSIAN_INSTANCE_JIRA_"+kind, value)
			}
			diagnostics := estate.CheckProvider(t, instanceBlock(test.instance))
			diagnostics.MustFailAt(t, test.path, test.says...)
			for _, secret := range []string{"jira-token", "jira-password", "no-secret PEM"} {
				if said := strings.Join(diagnostics.Errors(), "\n"); strings.Contains(said, secret) {
					t.Errorf("the error repeats a secret:\n%s", said)
				}
			}
		})
	}
}

func TestProvider_refusesValuesOutOfRange(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		attribute string
		value     any
		says      string
	}{
		"too many retries":          {"max_retries", 21, "between 0 and 20"},
		"negative retries":          {"max_retries", -1, "between 0 and 20"},
		"wait that is no duration":  {"max_retry_wait", "soon", "Not a duration"},
		"wait without unit":         {"max_retry_wait", "60", "Not a duration"},
		"no time for a request":     {"request_timeout", "0s", `at least "1s"`},
		"no wait between requests":  {"max_retry_wait", "0s", "max_retries = 0"},
		"unknown choice":            {"unreachable_instances", "ignore", `"error" or "warn"`},
		"negative time":             {"request_timeout", "-1s", "Not a duration"},
		"time that is no duration":  {"request_timeout", "1 minute", "Not a duration"},
		"fractions of a unit":       {"request_timeout", "1.5m", "Not a duration"},
		"longer than time can tell": {"max_retry_wait", "300000w", "Not a duration"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			acctest.NewEstate(t).CheckProvider(t, acctest.Object{test.attribute: test.value}).MustFailAt(t, test.attribute, test.says)
		})
	}
}

// Credentials of the other kind than the configured ones are not looked for.
func TestProvider_configuredCredentialsHideThoseOfTheEnvironment(t *testing.T) {
	t.Parallel()
	estate := acctest.NewEstate(t)
	for kind, value := range map[string]string{"TOKEN": "other-token", "USERNAME": "other", "PASSWORD": "other-password"} {
		estate.Setenv("ATLASSIAN_INSTANCE_JIRA_"+kind, value)
	}
	const url = "https://jira.example.com"
	estate.CheckProvider(t, instanceBlock(acctest.Object{"url": url, "token": "jira-token"})).MustBeQuiet(t)
	estate.CheckProvider(t, instanceBlock(acctest.Object{"url": url, "username": "admin", "password": "jira-password"})).MustBeQuiet(t)
	estate.CheckProvider(t, instanceBlock(acctest.Object{"url": url, "username": "admin"})).MustBeQuiet(t)
}
