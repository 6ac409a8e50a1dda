// SPDX-License-Identifier: MPL-2.0

package reencryption

import (
	"slices"
	"strings"
)

// realm is where an organization keeps its data, and so its keys.
type realm struct {
	name string
	// regions are those of AWS, each of which has one key.
	regions []string
}

// realms returns the realms that Atlassian documents at
// https://support.atlassian.com/security-and-access-policies/docs/set-up-your-aws-account-and-create-a-kms-key-policy/.
// Switzerland and the United Kingdom are a [guess]: they are data residency
// locations, and the regions are the ones that AWS has there.
func realms() []realm {
	return []realm{
		{"Europe", []string{"eu-central-1", "eu-west-1"}},
		{"United States", []string{"us-east-1", "us-west-2"}},
		{"Australia", []string{"ap-southeast-2"}},
		{"Canada", []string{"ca-central-1"}},
		{"Germany", []string{"eu-central-1"}},
		{"India", []string{"ap-south-1"}},
		{"Japan", []string{"ap-northeast-1"}},
		{"South Korea", []string{"ap-northeast-2"}},
		{"Singapore", []string{"ap-southeast-1"}},
		{"Switzerland", []string{"eu-central-2"}},
		{"United Kingdom", []string{"eu-west-2"}},
	}
}

// findRealm returns the realm of that name, in any case and with any separator
// between its words.
func findRealm(name string) (realm, bool) {
	wanted := plainName(name)
	all := realms()
	index := slices.IndexFunc(all, func(r realm) bool { return plainName(r.name) == wanted })
	if index < 0 {
		return realm{}, false
	}
	return all[index], true
}

func plainName(name string) string {
	return strings.ToLower(strings.Join(strings.FieldsFunc(name, func(r rune) bool { return r == ' ' || r == '_' || r == '-' }), " "))
}

// RealmNames returns the names of all realms.
func RealmNames() []string {
	var names []string
	for _, realm := range realms() {
		names = append(names, realm.name)
	}
	return names
}
