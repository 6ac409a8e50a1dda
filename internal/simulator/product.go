// SPDX-License-Identifier: MPL-2.0

package simulator

import (
	"fmt"
	"strconv"
	"strings"
)

// Product is an Atlassian Data Center product.
type Product string

// The Data Center products.
const (
	Jira       Product = "jira"
	Confluence Product = "confluence"
	Bitbucket  Product = "bitbucket"
	Crowd      Product = "crowd"
	Bamboo     Product = "bamboo"
)

// productFacts is what distinguishes one product from another.
type productFacts struct {
	displayName    string
	defaultVersion string
	// keyAPISince is the version that brought the AES key management API; zero
	// where no version has it.
	keyAPISince version
	// tunnels and auditing tell whether the product has the Application
	// tunnels app and the auditing REST API.
	tunnels, auditing bool
	// authorType is how the audit log calls a user.
	authorType string
	// captchaAfter is how many failed logins ask for a CAPTCHA by default, 0
	// where nobody says.
	captchaAfter int
	// tokensSince is the version that brought tokens; zero where no version has
	// them.
	tokensSince version
	// statusPath is where a load balancer asks for the node's health.
	statusPath string
}

// facts returns what is known of the product. The versions of the AES key
// management API are those of
// https://confluence.atlassian.com/adminjiraserver/security-management-1489808496.html,
// https://confluence.atlassian.com/doc/security-management-1502349190.html,
// https://confluence.atlassian.com/bitbucketserver095/security-management-1528535640.html and
// https://confluence.atlassian.com/crowd/password-encryption-1026041234.html;
// Bamboo documents no such API.
func (p Product) facts() (productFacts, bool) {
	switch p {
	case Jira:
		return productFacts{
			displayName: "Jira", defaultVersion: "10.3.12", keyAPISince: version{10, 3, 0},
			tunnels: true, auditing: true, authorType: "ApplicationUser", statusPath: "/status",
			tokensSince: version{8, 14, 0},
		}, true
	case Confluence:
		return productFacts{
			displayName: "Confluence", defaultVersion: "10.2.7", keyAPISince: version{9, 3, 0},
			tunnels: true, auditing: true, authorType: "user", statusPath: "/status",
			captchaAfter: 3, tokensSince: version{7, 9, 0},
		}, true
	case Bitbucket:
		return productFacts{
			displayName: "Bitbucket", defaultVersion: "10.2.8", keyAPISince: version{9, 5, 0},
			tunnels: true, auditing: true, authorType: "NORMAL", statusPath: "/status",
			tokensSince: version{5, 5, 0},
		}, true
	case Crowd:
		return productFacts{
			displayName: "Crowd", defaultVersion: "7.1.4", keyAPISince: version{6, 3, 0},
			statusPath: "/status",
		}, true
	case Bamboo:
		return productFacts{
			displayName: "Bamboo", defaultVersion: "12.1.1",
			tunnels: true, statusPath: "/rest/api/latest/status", tokensSince: version{6, 10, 0},
		}, true
	default:
		return productFacts{}, false
	}
}

// hasKeyAPI reports whether a version of the product has the AES key API.
func (f productFacts) hasKeyAPI(v version) bool {
	return f.keyAPISince != version{} && !v.before(f.keyAPISince)
}

// version is a product version: major, minor and bug fix.
type version [3]int

func parseVersion(text string) (version, error) {
	var v version
	parts := strings.Split(text, ".")
	if len(parts) > len(v) {
		return v, fmt.Errorf("simulator: version %q has more than three parts", text)
	}
	for n, part := range parts {
		number, err := strconv.Atoi(part)
		if err != nil {
			return v, fmt.Errorf("simulator: version %q: %w", text, err)
		}
		v[n] = number
	}
	return v, nil
}

func (v version) before(other version) bool {
	for n := range v {
		if v[n] != other[n] {
			return v[n] < other[n]
		}
	}
	return false
}

// buildNumber is Jira's scheme, 10030002 for 10.3.2, used for every product.
func (v version) buildNumber() int {
	return v[0]*1000000 + v[1]*10000 + v[2]
}
