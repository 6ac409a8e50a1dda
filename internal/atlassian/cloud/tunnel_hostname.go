// SPDX-License-Identifier: MPL-2.0

package cloud

import (
	"errors"
	"net/url"
	"regexp"
	"strings"
)

var errTunnelHostname = errors.New("a tunnel is named by its UUID, by its host name (<uuid>.atlassian.com) or by its application link URL (http://<uuid>.atlassian.com): " +
	"see Application tunnels > Actions > View application link URL")

var uuid = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

// TunnelHostname returns the value that the tunnels API calls the hostname of a
// tunnel: the UUID that is the first label of its application link URL, in lower
// case. It takes the UUID, the host name or the whole URL; anything else is an
// error that says so.
//
// See https://support.atlassian.com/organization-administration/docs/set-up-automatic-key-rotation/.
func TunnelHostname(text string) (string, error) {
	host := text
	if strings.Contains(text, "://") {
		link, err := url.Parse(text)
		if err != nil || link.Scheme != "http" && link.Scheme != "https" || link.User != nil {
			return "", errTunnelHostname
		}
		host = link.Hostname()
	}
	label, domain, qualified := strings.Cut(strings.ToLower(host), ".")
	if !uuid.MatchString(label) || qualified && !isAtlassianDomain(domain) {
		return "", errTunnelHostname
	}
	return label, nil
}

// isAtlassianDomain reports whether domain is one that tunnels live under, such
// as atlassian.com or self-hosted.atlassian.com.
func isAtlassianDomain(domain string) bool {
	const root = "atlassian.com"
	return domain == root || strings.HasSuffix(domain, "."+root)
}
