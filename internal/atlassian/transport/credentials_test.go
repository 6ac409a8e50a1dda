// SPDX-License-Identifier: MPL-2.0

package transport

import (
	"fmt"
	"strings"
	"testing"
)

func TestCredentials_doNotShowThemselves(t *testing.T) {
	t.Parallel()
	for name, secret := range map[string]Credentials{
		"bearer":         Bearer("canary-token"),
		"basic":          Basic("admin", "canary-token"),
		"without secret": Bearer(""),
	} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
			t.Run(name+verb, func(t *testing.T) {
				t.Parallel()
				for _, value := range []any{secret, []any{secret}, Config{Credentials: secret}, &Config{Credentials: secret}} {
					if got := fmt.Sprintf(verb, value); strings.Contains(got, "canary") || strings.Contains(got, "YWRtaW46") {
						t.Errorf("%s shows the secret: %s", verb, got)
					}
				}
			})
		}
	}
}
