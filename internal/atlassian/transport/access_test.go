// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
)

func TestClient_sendsNoCredentialsWithAnAnonymousRequest(t *testing.T) {
	t.Parallel()
	sent := play(ok)
	client := newTestClient(t, exampleURL, sent, func(config *Config) {
		config.Header = http.Header{"X-Gate": {"open"}}
		config.Credentials = Bearer("canary\nbearer")
	})
	if _, err := client.Do(t.Context(), Request{Method: http.MethodGet, Path: "/status", Anonymous: true}); err != nil {
		t.Fatal(err)
	}
	header := sent.seen[0].Header
	if got, given := header["Authorization"]; given || header.Get("X-Gate") != "open" {
		t.Errorf("Authorization is %q, the headers are %v", got, header)
	}
}

func TestError_tellsAPageFromAnAnswer(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		contentType, body string
		want              bool
	}{
		"a page":                        {"text/html; charset=utf-8", "Access denied", true},
		"a page that does not say so":   {"", " <!DOCTYPE html><p>no", true},
		"a page with a byte order mark": {"application/json", "\ufeff<HTML>", true},
		"nothing":                       {"text/html", "", false},
		"XML":                           {"application/xml", "<?xml version=\"1.0\"?><status/>", false},
		"JSON":                          {"application/json", `{"message":"<html>"}`, false},
		"text":                          {"text/plain", "XSRF check failed", false},
	} {
		for _, code := range []int{401, 403, 405} {
			client := newTestClient(t, exampleURL, play(status(code, test.body, "Content-Type", test.contentType)))
			_, err := client.Do(t.Context(), get)
			if failure := failed(t, err); failure.Page != test.want || failure.Kind != Refused {
				t.Errorf("%s, %d: %+v", name, code, failure)
			}
		}
	}
}

func TestError_knowsACaptchaByTheNameOfAnException(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"com.atlassian.bitbucket.auth.CaptchaRequiredAuthenticationException":   captchaChallenge,
		"com.atlassian.bitbucket.auth.IncorrectPasswordAuthenticationException": "",
	} {
		client := newTestClient(t, exampleURL, play(status(401, `{"errors":[{"context":null,"message":"CAPTCHA required","exceptionName":"`+name+`"}]}`)))
		_, err := client.Do(t.Context(), get)
		if failure := failed(t, err); failure.DeniedReason != want {
			t.Errorf("%s: denied because of %q", name, failure.DeniedReason)
		}
	}
}

func TestError_saysThatEverythingIsBlockedInsteadOfADate(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client := newTestClient(t, exampleURL, play(status(429, ``, "Retry-After", "9223372036854775807")))
		for range 2 {
			_, err := client.Do(t.Context(), get)
			failure, got := failed(t, err), Explain(err, "The service")
			if !failure.BlocksAll() || !strings.Contains(got.Cause, "blocks all requests") {
				t.Errorf("explained as %+v", got)
			}
			for _, text := range []string{err.Error(), got.Cause, got.Remedy} {
				if strings.Contains(text, "22") {
					t.Errorf("%q names a date", text)
				}
			}
		}
	})
}
