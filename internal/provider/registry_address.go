// SPDX-License-Identifier: MPL-2.0

package provider

import "strings"

// Address is where the provider is published. Its namespace is a placeholder
// until there is a registry entry, and stands here alone: everything else is
// derived from it, or written from it by make namespace.
const Address = "registry.terraform.io/keyrotation/atlassian"

// Source is what a configuration calls the provider: [Address] without its host,
// which the CLI completes with a registry of its own.
func Source() string {
	_, source, _ := strings.Cut(Address, "/")
	return source
}

// Namespace is the owner of the provider in the registry.
func Namespace() string {
	namespace, _, _ := strings.Cut(Source(), "/")
	return namespace
}
