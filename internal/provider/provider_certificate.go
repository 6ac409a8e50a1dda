// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"strings"

	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
)

// unusableCertificate begins every error about a certificate or a key.
const unusableCertificate = "Unusable certificate or key"

// checkPEM reports a value that cannot be the content of a PEM file; null and
// unknown are fine. Subject is what it is, as the start of a sentence. It never
// repeats the value, which may be a private key.
func checkPEM(at path.Path, subject string, value types.String) diag.Diagnostics {
	switch text := value.ValueString(); {
	case !isSet(value):
		return nil
	case !strings.Contains(text, "-----BEGIN "):
		return errorAt(at, unusableCertificate,
			subject+" takes the content of a PEM file, not its path, and this is no PEM.", "Use file(): file(\"ca.pem\") reads a file.")
	case strings.Contains(text, "ENCRYPTED"):
		return errorAt(at, unusableCertificate,
			subject+" is encrypted, and no attribute takes its passphrase.",
			"Decrypt it, for instance with openssl pkey -in encrypted.pem, and keep the result where other secrets are kept.")
	}
	return nil
}

// checkTLS reports what crypto/tls does not accept of settings that are known.
func checkTLS(at path.Path, subject string, settings transport.TLS) diag.Diagnostics {
	if _, err := transport.NewRoundTripper(settings); err != nil {
		return errorAt(at, unusableCertificate, subject+" is refused: "+err.Error()+".")
	}
	return nil
}
