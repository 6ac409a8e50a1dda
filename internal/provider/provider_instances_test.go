// SPDX-License-Identifier: MPL-2.0

package provider_test

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/hashicorp/terraform-plugin-testing/helper/resource"

	"github.com/keyrotation/terraform-provider-atlassian/internal/acctest"
	"github.com/keyrotation/terraform-provider-atlassian/internal/simulator"
)

const inactiveKeysType = "atlassian_dc_inactive_keys"

// readKeys reads the inactive keys of an instance through a provider that is
// configured with block.
func readKeys(t *testing.T, estate *acctest.Estate, block acctest.Object, instance string) acctest.Diagnostics {
	t.Helper()
	estate.SetProviderBlock(block)
	_, diagnostics := estate.Read(t, inactiveKeysType, acctest.Object{"instance": instance})
	return diagnostics
}

func TestProvider_instancesThatReadTheSameVariablesAreAnError(t *testing.T) {
	t.Parallel()
	for _, names := range [][]string{{"prod-eu", "prod_eu"}, {"Jira", "jira"}, {"jira a", "jira.a"}, {"é", "ü"}} {
		t.Run(strings.Join(names, " and "), func(t *testing.T) {
			t.Parallel()
			instances := acctest.Object{}
			for _, name := range names {
				instances[name] = acctest.Object{"url": "https://" + "jira.example.com", "token": "jira-token"}
			}
			said := acctest.NewEstate(t).CheckProvider(t, acctest.Object{"instances": instances})
			said.MustFailAt(t, "instances."+names[1], `"`+names[0]+`" and "`+names[1]+`"`, "ATLASSIAN_INSTANCE_")
			if errors := said.Errors(); len(errors) != 1 {
				t.Errorf("said %q", errors)
			}
		})
	}
}

func TestProvider_nullInstanceIsNone(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	estate.Setenv("ATLASSIAN_INSTANCE_WIKI_URL", jira.URL())
	estate.Setenv("ATLASSIAN_INSTANCE_WIKI_TOKEN", "jira-token")
	block := acctest.Object{"instances": acctest.Object{"jira": acctest.Object{"url": jira.URL()}, "wiki": nil}}
	estate.CheckProvider(t, block).MustBeQuiet(t)
	readKeys(t, estate, block, "jira").MustBeQuiet(t)
	readKeys(t, estate, block, "wiki").MustFailAt(t, "instance", `Unknown instance "wiki"`, `"jira"`)
}

// What is not known yet is no error until it is needed, and then it is named.
func TestProvider_namesWhatIsUnknownWhereItIsNeeded(t *testing.T) {
	t.Parallel()
	const url = "https://jira.example.com"
	type object = acctest.Object
	for name, test := range map[string]struct {
		block object
		says  string
	}{
		"all instances":       {object{"instances": acctest.Unknown{}}, "The instances of the provider block are not known"},
		"an instance":         {object{"instances": object{"jira": acctest.Unknown{}}}, `instances["jira"] of the provider block is not known`},
		"its URL":             {object{"instances": object{"jira": object{"url": acctest.Unknown{}}}}, `instances["jira"].url of`},
		"its token":           {object{"instances": object{"jira": object{"url": url, "token": acctest.Unknown{}}}}, `instances["jira"].token of`},
		"its headers":         {object{"instances": object{"jira": object{"url": url, "token": "jira-token", "headers": acctest.Unknown{}}}}, `instances["jira"].headers of`},
		"one of its headers":  {object{"instances": object{"jira": object{"url": url, "token": "jira-token", "headers": object{"X-Gate": acctest.Unknown{}}}}}, `instances["jira"].headers["X-Gate"] of`},
		"its certificate":     {object{"instances": object{"jira": object{"url": url, "token": "jira-token", "ca_certificate": acctest.Unknown{}}}}, `instances["jira"].ca_certificate of`},
		"everybody's":         {object{"ca_certificate": acctest.Unknown{}, "instances": object{"jira": object{"url": url, "token": "jira-token"}}}, "ca_certificate of the provider block"},
		"what is unreachable": {object{"unreachable_instances": acctest.Unknown{}, "instances": object{"jira": acctest.Unknown{}}}, `instances["jira"] of`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate := acctest.NewEstate(t)
			estate.CheckProvider(t, test.block).MustBeQuiet(t)
			readKeys(t, estate, test.block, "jira").MustFailAt(t, "instance", `Instance "jira" not known yet`, test.says)
		})
	}
}

// A CLI hands an element of unknown type over as an unknown object.
func TestAccProvider_unknownInstanceIsAnErrorOnlyWhereItIsNeeded(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	run(t, estate, resource.TestStep{
		Config: `
resource "terraform_data" "jira" {
  input = { url = "` + jira.URL() + `" }
}

provider "atlassian" {
  instances = { jira = terraform_data.jira.output, wiki = null }
}
` + aesRotationBlock("test", "jira", ""),
		Check: rotated(jira, 1),
	})
}

func TestProvider_environmentDefinesInstancesThatTheBlockLacks(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		block    acctest.Object
		variable string
		instance string
	}{
		"without a block":         {acctest.Object{}, "JIRA", "jira"},
		"in an empty one":         {acctest.Object{"instances": acctest.Object{}}, "JIRA", "jira"},
		"beside another":          {acctest.Object{"instances": acctest.Object{"wiki": acctest.Object{"url": "https://wiki.example.com", "token": "wiki-token"}}}, "PROD_EU_1", "prod_eu_1"},
		"not where one reads it":  {acctest.Object{"instances": acctest.Object{"Prod-EU": acctest.Object{}}}, "PROD_EU", "Prod-EU"},
		"with empty text in it":   {acctest.Object{"instances": acctest.Object{"jira": acctest.Object{"url": "", "token": "", "username": "", "password": "", "ca_certificate": ""}}}, "JIRA", "jira"},
		"with null in it":         {acctest.Object{"instances": acctest.Object{"jira": acctest.Object{"url": nil}}}, "JIRA", "jira"},
		"called as the attribute": {acctest.Object{}, "MY_URL", "my_url"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate := acctest.NewEstate(t)
			jira := estate.Simulator.AddInstance(simulator.InstanceConfig{Product: simulator.Jira, Token: "jira-token"})
			estate.Setenv("ATLASSIAN_INSTANCE_"+test.variable+"_URL", jira.URL())
			estate.Setenv("ATLASSIAN_INSTANCE_"+test.variable+"_TOKEN", "jira-token")
			estate.Setenv("ATLASSIAN_DC_URL", "https://nobody.example.com")
			readKeys(t, estate, test.block, test.instance).MustBeQuiet(t)
			if got := len(jira.Requests()); got != 1 {
				t.Errorf("%d requests, want 1", got)
			}
			readKeys(t, estate, test.block, "default").MustFailAt(t, "instance", `Unknown instance "default"`)
		})
	}
}

func TestProvider_errorsNameTheInstance(t *testing.T) {
	t.Parallel()
	type object = acctest.Object
	const url, token = "https://jira.example.com", "jira-token"
	for name, test := range map[string]struct {
		instance object
		at       string
		says     []string
	}{
		"URL":                   {object{"url": "jira", "token": token}, ".url", nil},
		"web page of Jira":      {object{"url": url + "/secure/Dashboard.jspa", "token": token}, ".url", []string{"web page", "context path"}},
		"web page of Wiki":      {object{"url": url + "/dashboard.action", "token": token}, ".url", []string{"web page"}},
		"API":                   {object{"url": url + "/jira/rest/api/2", "token": token}, ".url", []string{"web page"}},
		"no URL":                {object{"token": token}, "", []string{"url"}},
		"no credentials":        {object{"url": url}, "", []string{"token"}},
		"two kinds":             {object{"url": url, "token": token, "username": "admin", "password": "secret"}, ".token", nil},
		"half a pair":           {object{"url": url, "username": "admin"}, ".username", nil},
		"line break":            {object{"url": url, "token": token + "\n"}, ".token", []string{"trimspace", "ATLASSIAN_INSTANCE_JIRA_TOKEN"}},
		"space in front":        {object{"url": url, "token": " " + token}, ".token", []string{"trimspace"}},
		"byte order mark":       {object{"url": url, "token": "\ufeff" + token}, ".token", []string{"trimspace"}},
		"two lines":             {object{"url": url, "token": token + "\n" + token}, ".token", []string{"line break"}},
		"Bearer":                {object{"url": url, "token": "Bearer " + token}, ".token", []string{"trimprefix"}},
		"bearer":                {object{"url": url, "token": "bearer " + token + "\n"}, ".token", []string{"trimprefix"}},
		"short token":           {object{"url": url, "token": "abc"}, ".token", []string{"four characters"}},
		"short password":        {object{"url": url, "username": "admin", "password": "x"}, ".password", []string{"four characters"}},
		"password with a break": {object{"url": url, "username": "admin", "password": "secret\r\n"}, ".password", []string{"trimspace"}},
		"path of a certificate": {object{"url": url, "token": token, "ca_certificate": "/etc/ca.pem"}, ".ca_certificate", []string{"not its path", "file("}},
		"path of a key":         {object{"url": url, "token": token, "client_certificate": "/etc/c.pem", "client_key": "/etc/k.pem"}, ".client_key", []string{"file("}},
		"encrypted key":         {object{"url": url, "token": token, "client_certificate": "/etc/c.pem", "client_key": "-----BEGIN ENCRYPTED PRIVATE KEY-----\n"}, ".client_key", []string{"encrypted", "openssl pkey"}},
		"broken certificate":    {object{"url": url, "token": token, "ca_certificate": "-----BEGIN CERTIFICATE-----\n"}, ".ca_certificate", []string{"not a PEM certificate"}},
		"header of the client":  {object{"url": url, "token": token, "headers": object{"authorization": "Basic eHg6eHg="}}, ".headers.authorization", []string{"Authorization"}},
		"XSRF header":           {object{"url": url, "token": token, "headers": object{"x-atlassian-token": "check"}}, ".headers.x-atlassian-token", []string{"X-Atlassian-Token"}},
		"cookie":                {object{"url": url, "token": token, "headers": object{"Cookie": "JSESSIONID=1"}}, ".headers.Cookie", []string{"Cookie"}},
		"host":                  {object{"url": url, "token": token, "headers": object{"HOST": "other.example.com"}}, ".headers.HOST", []string{"Host"}},
		"no header name":        {object{"url": url, "token": token, "headers": object{"X Gate": "secret"}}, ".headers.X Gate", []string{`"X Gate"`}},
		"header twice":          {object{"url": url, "token": token, "headers": object{"X-Gate": "secret", "x-gate": "other"}}, ".headers.x-gate", []string{`"X-Gate"`, `"x-gate"`}},
		"header with a break":   {object{"url": url, "token": token, "headers": object{"X-Gate": "secret\n"}}, ".headers.X-Gate", []string{"trimspace", "X-Gate"}},
		"short header":          {object{"url": url, "token": token, "headers": object{"X-Gate": "eu"}}, ".headers.X-Gate", []string{"four characters"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			said := acctest.NewEstate(t).CheckProvider(t, instanceBlock(test.instance))
			said.MustFailAt(t, "instances.jira"+test.at, append(test.says, `Instance "jira"`)...)
			if text := strings.Join(said.Errors(), "\n"); strings.Contains(text, token) || strings.Contains(text, "secret\n") {
				t.Errorf("the error repeats a secret:\n%s", text)
			}
		})
	}
}

func TestProvider_refusesAnAPIKeyThatCannotBeOne(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ key, says string }{
		"line break": {"cloud-key\n", "trimspace"},
		"Bearer":     {"Bearer cloud-key", "trimprefix"},
		"short":      {"key", "four characters"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			estate := acctest.NewEstate(t)
			estate.CheckProvider(t, acctest.Object{"api_key": test.key}).MustFailAt(t, "api_key", test.says, "ATLASSIAN_API_KEY")
			estate.Setenv("ATLASSIAN_API_KEY", test.key)
			estate.CheckProvider(t, acctest.Object{"api_key": ""}).MustFailAt(t, "api_key", test.says, "ATLASSIAN_API_KEY")
		})
	}
}

// recordingProxy passes requests on to the instance and keeps their headers.
func recordingProxy(t *testing.T, instance *simulator.Instance) (address string, headers func() []http.Header) {
	t.Helper()
	target, err := url.Parse(instance.URL())
	if err != nil {
		t.Fatal(err)
	}
	var mutex sync.Mutex
	var seen []http.Header
	pass := httputil.NewSingleHostReverseProxy(target)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mutex.Lock()
		seen = append(seen, r.Header.Clone())
		mutex.Unlock()
		pass.ServeHTTP(w, r)
	}))
	t.Cleanup(server.Close)
	return server.URL, func() []http.Header {
		mutex.Lock()
		defer mutex.Unlock()
		return slices.Clone(seen)
	}
}

func TestProvider_sendsTheHeadersOfAnInstance(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	address, headers := recordingProxy(t, jira)
	block := instanceBlock(acctest.Object{
		"url":     address,
		"headers": acctest.Object{"cf-access-client-id": "gate-id", "Cf-Access-Client-Secret": "gate-secret", "X-None": nil, "X-Empty": ""},
	})
	readKeys(t, estate, block, "jira").MustBeQuiet(t)
	seen := headers()
	if len(seen) != 1 {
		t.Fatalf("%d requests, want 1", len(seen))
	}
	for name, want := range map[string]string{"Cf-Access-Client-Id": "gate-id", "Cf-Access-Client-Secret": "gate-secret", "X-Atlassian-Token": "no-check"} {
		if got := seen[0].Get(name); got != want {
			t.Errorf("%s is %q, want %q", name, got, want)
		}
	}
	for _, name := range []string{"X-None", "X-Empty"} {
		if _, sent := seen[0][name]; sent {
			t.Errorf("%s was sent", name)
		}
	}
}

// A gate that echoes what it was sent must not put it into an error.
func TestProvider_headersAreMasked(t *testing.T) {
	t.Parallel()
	gate := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write([]byte(`{"message":"no ` + r.Header.Get("X-Gate") + ` and no wiki-token"}`))
	}))
	defer gate.Close()
	block := acctest.Object{"instances": acctest.Object{
		"jira": acctest.Object{"url": gate.URL, "token": "jira-token", "headers": acctest.Object{"X-Gate": "gate-secret"}},
		"wiki": acctest.Object{"url": "https://wiki.example.com", "token": "wiki-token"},
	}}
	said := readKeys(t, acctest.NewEstate(t), block, "jira")
	said.MustFail(t, "403")
	for _, secret := range []string{"gate-secret", "wiki-token"} {
		if text := strings.Join(said.Errors(), "\n"); strings.Contains(text, secret) {
			t.Errorf("%s is shown:\n%s", secret, text)
		}
	}
}

func TestProvider_trustsItsAuthorityForEveryInstance(t *testing.T) {
	t.Parallel()
	estate := acctest.NewEstate(t)
	one := estate.AddInstance(simulator.InstanceConfig{Name: "one", Product: simulator.Jira, Token: "one-token", TLS: true})
	two := estate.AddInstance(simulator.InstanceConfig{Name: "two", Product: simulator.Jira, Token: "two-token", TLS: true})
	instances := acctest.Object{"one": acctest.Object{"url": one.URL()}, "two": acctest.Object{"url": two.URL()}}
	readKeys(t, estate, acctest.Object{"instances": instances}, "one").MustFail(t, "certificate")

	whole := acctest.Object{"instances": instances, "ca_certificate": string(one.CertificatePEM())}
	readKeys(t, estate, whole, "one").MustBeQuiet(t)
	readKeys(t, estate, whole, "two").MustFail(t, "certificate")

	own := maps.Clone(instances)
	own["two"] = acctest.Object{"url": two.URL(), "ca_certificate": string(two.CertificatePEM())}
	besides := acctest.Object{"instances": own, "ca_certificate": strings.TrimSpace(string(one.CertificatePEM()))}
	readKeys(t, estate, besides, "one").MustBeQuiet(t)
	readKeys(t, estate, besides, "two").MustBeQuiet(t)
	both := maps.Clone(instances)
	both["one"] = acctest.Object{"url": one.URL(), "ca_certificate": string(two.CertificatePEM())}
	readKeys(t, estate, acctest.Object{"instances": both, "ca_certificate": string(one.CertificatePEM())}, "one").MustBeQuiet(t)
	acctest.NewEstate(t).CheckProvider(t, acctest.Object{"ca_certificate": "/etc/ca.pem"}).MustFailAt(t, "ca_certificate", "not its path", "file(")
}

func TestProvider_unknownPathIsNamedWhereNothingIsThere(t *testing.T) {
	t.Parallel()
	estate, jira := newJira(t)
	readKeys(t, estate, instanceBlock(acctest.Object{"url": jira.URL() + "/projects"}), "jira").
		MustFailAt(t, "instance", "404", "ends in /projects")
}
