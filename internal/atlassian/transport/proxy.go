// SPDX-License-Identifier: MPL-2.0

package transport

import "net/url"

// ProxySecrets returns what must be masked of the addresses of proxies that the
// environment names, which a proxy may repeat. Lookup reads a variable.
func ProxySecrets(lookup func(name string) (string, bool)) []string {
	var secrets []string
	for _, name := range []string{"HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy"} {
		text, _ := lookup(name)
		address, err := url.Parse(text)
		if err != nil {
			// net/http quotes an address that it cannot use.
			secrets = append(secrets, text)
			continue
		}
		secrets = append(secrets, userinfoSecrets(address)...)
	}
	return secrets
}

// userinfoSecrets returns the password of an address, or the user name where
// that stands alone and may be a token.
func userinfoSecrets(address *url.URL) []string {
	if address == nil || address.User == nil {
		return nil
	}
	if password, ok := address.User.Password(); ok && password != "" {
		return []string{password}
	}
	return []string{address.User.Username()}
}
