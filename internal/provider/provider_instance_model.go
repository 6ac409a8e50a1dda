// SPDX-License-Identifier: MPL-2.0

package provider

import (
	"bytes"
	"fmt"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/attr"
	"github.com/hashicorp/terraform-plugin-framework/diag"
	"github.com/hashicorp/terraform-plugin-framework/path"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyrotation/terraform-provider-atlassian/internal/atlassian/transport"
)

// instanceModel is one element of the provider's instances.
type instanceModel struct {
	URL               types.String `tfsdk:"url"`
	Token             types.String `tfsdk:"token"`
	Username          types.String `tfsdk:"username"`
	Password          types.String `tfsdk:"password"`
	Headers           types.Map    `tfsdk:"headers"`
	CACertificate     types.String `tfsdk:"ca_certificate"`
	ClientCertificate types.String `tfsdk:"client_certificate"`
	ClientKey         types.String `tfsdk:"client_key"`
	SkipTLSVerify     types.Bool   `tfsdk:"skip_tls_verify"`
	AllowHTTP         types.Bool   `tfsdk:"allow_http"`

	// name is what the user calls the instance, and prefix what its environment
	// variables start with.
	name, prefix string
	// configured is true for an element of the provider block, false for an
	// instance that the environment defines.
	configured bool
	// wholeUnknown is true while not even its attributes are known.
	wholeUnknown bool
}

// at returns where an attribute of the instance is configured.
func (m instanceModel) at(attribute string) path.Path {
	if !m.configured {
		return path.Root("instances")
	}
	return path.Root("instances").AtMapKey(m.name).AtName(attribute)
}

// whole returns where the instance is configured.
func (m instanceModel) whole() path.Path {
	if !m.configured {
		return path.Root("instances")
	}
	return path.Root("instances").AtMapKey(m.name)
}

// subject begins a sentence about the instance: Terraform shows no path inside
// of a map.
func (m instanceModel) subject() string {
	return fmt.Sprintf("Instance %q: ", m.name)
}

// filled takes from the environment what the instance leaves out. Credentials
// of the other kind than the configured ones are not looked at. Empty text
// counts as left out.
func (m instanceModel) filled(env environment) instanceModel {
	for _, text := range []*types.String{&m.Token, &m.Username, &m.Password, &m.CACertificate, &m.ClientCertificate, &m.ClientKey} {
		*text = textOrNull(*text)
	}
	prefix := m.prefix
	m.URL = env.fill(m.URL, prefix+urlVariable)
	basic := !m.Username.IsNull() || !m.Password.IsNull()
	bearer := !m.Token.IsNull()
	if !basic {
		m.Token = env.fill(m.Token, prefix+"TOKEN")
	}
	if !bearer {
		m.Username = env.fill(m.Username, prefix+"USERNAME")
		m.Password = env.fill(m.Password, prefix+"PASSWORD")
	}
	return m
}

// check reports what is wrong with what is known of the instance.
func (m instanceModel) check() diag.Diagnostics {
	var diags diag.Diagnostics
	diags.Append(checkURL(m.at("url"), m.subject(), m.URL, m.AllowHTTP)...)
	diags.Append(m.checkHeaders()...)
	diags.Append(m.checkCertificates()...)
	if isSet(m.Token) && (isSet(m.Username) || isSet(m.Password)) {
		diags.AddAttributeError(m.at("token"), "Two kinds of credentials",
			m.subject()+"set either token, or username and password, and not both. Environment variables that start with "+m.prefix+" count as well.")
		return diags
	}
	diags.Append(checkBearer(m.at("token"), m.secret("token"), m.Token)...)
	diags.Append(checkSecret(m.at("password"), m.secret("password"), m.Password)...)
	diags.Append(m.checkPair("username", m.Username, "password", m.Password, true)...)
	diags.Append(m.checkPair("client_certificate", m.ClientCertificate, "client_key", m.ClientKey, false)...)
	return diags
}

// secret begins a sentence about a secret that may come from the environment.
func (m instanceModel) secret(attribute string) string {
	return fmt.Sprintf("%s%s (or %s%s)", m.subject(), attribute, m.prefix, environmentSuffix(attribute))
}

// checkCertificates reports certificates and keys that cannot be used.
func (m instanceModel) checkCertificates() diag.Diagnostics {
	authority := checkPEM(m.at("ca_certificate"), m.subject()+"ca_certificate", m.CACertificate)
	identity := checkPEM(m.at("client_certificate"), m.subject()+"client_certificate", m.ClientCertificate)
	identity.Append(checkPEM(m.at("client_key"), m.subject()+"client_key", m.ClientKey)...)
	if settings := m.tls(); !authority.HasError() {
		authority.Append(checkTLS(m.at("ca_certificate"), m.subject()+"ca_certificate", transport.TLS{CACertificate: settings.CACertificate})...)
	}
	if settings := m.tls(); !identity.HasError() && isSet(m.ClientCertificate) && isSet(m.ClientKey) {
		identity.Append(checkTLS(m.at("client_key"), m.subject()+"client_key",
			transport.TLS{ClientCertificate: settings.ClientCertificate, ClientKey: settings.ClientKey})...)
	}
	return append(authority, identity...)
}

// checkPair reports the half of a pair that stands alone.
func (m instanceModel) checkPair(firstName string, first types.String, secondName string, second types.String, hasVariable bool) diag.Diagnostics {
	missing, present := secondName, firstName
	if first.IsNull() {
		missing, present = firstName, secondName
	}
	alone := isSet(first) && second.IsNull() || first.IsNull() && isSet(second)
	if !alone {
		return nil
	}
	where := ""
	if hasVariable {
		where = "Set it here or in the environment variable " + m.prefix + environmentSuffix(missing) + "."
	}
	return errorAt(m.at(present), fmt.Sprintf("%s without %s", present, missing),
		m.subject()+fmt.Sprintf("%s and %s belong together, and %s is missing.", firstName, secondName, missing), where)
}

// environmentSuffix ends the name of the variable that fills attribute.
func environmentSuffix(attribute string) string {
	return map[string]string{"url": urlVariable, "token": "TOKEN", "username": "USERNAME", "password": "PASSWORD"}[attribute]
}

// unknown names, as a configuration does, the first part of the instance that
// is not known yet; it is empty where all are.
func (m instanceModel) unknown() string {
	if m.wholeUnknown {
		return fmt.Sprintf("instances[%q]", m.name)
	}
	for _, attribute := range []struct {
		name  string
		value attr.Value
	}{
		{"url", m.URL}, {"token", m.Token}, {"username", m.Username}, {"password", m.Password}, {"headers", m.Headers},
		{"ca_certificate", m.CACertificate}, {"client_certificate", m.ClientCertificate}, {"client_key", m.ClientKey},
		{"skip_tls_verify", m.SkipTLSVerify}, {"allow_http", m.AllowHTTP},
	} {
		if attribute.value.IsUnknown() {
			return fmt.Sprintf("instances[%q].%s", m.name, attribute.name)
		}
	}
	for header, value := range m.headerValues() {
		if value.IsUnknown() {
			return fmt.Sprintf("instances[%q].headers[%q]", m.name, header)
		}
	}
	return ""
}

// missing reports what an instance cannot do without.
func (m instanceModel) missing() diag.Diagnostics {
	var diags diag.Diagnostics
	if m.URL.IsNull() {
		diags.AddAttributeError(m.whole(), "url missing",
			m.subject()+fmt.Sprintf("it needs its url. Set it here or in the environment variable %sURL.", m.prefix))
	}
	if m.Token.IsNull() && m.Username.IsNull() && m.Password.IsNull() {
		diags.AddAttributeError(m.whole(), "Credentials missing",
			m.subject()+fmt.Sprintf("it needs token, or username and password. Set them here or in the environment variables %[1]sTOKEN, or %[1]sUSERNAME and %[1]sPASSWORD.", m.prefix))
	}
	return diags
}

func (m instanceModel) bearer() bool {
	return !m.Token.IsNull()
}

func (m instanceModel) credentials() transport.Credentials {
	if m.bearer() {
		return transport.Bearer(m.Token.ValueString())
	}
	return transport.Basic(m.Username.ValueString(), m.Password.ValueString())
}

func (m instanceModel) tls() transport.TLS {
	return transport.TLS{
		CACertificate:     []byte(m.CACertificate.ValueString()),
		ClientCertificate: []byte(m.ClientCertificate.ValueString()),
		ClientKey:         []byte(m.ClientKey.ValueString()),
		SkipVerify:        m.SkipTLSVerify.ValueBool(),
	}
}

// tlsWithin returns the settings of the instance, which trusts what the whole
// provider does as well.
func (m instanceModel) tlsWithin(whole transport.TLS) transport.TLS {
	settings := m.tls()
	settings.CACertificate = bytes.TrimSpace(slices.Concat(whole.CACertificate, []byte("\n"), settings.CACertificate))
	return settings
}

// secrets lists what must never be shown.
func (m instanceModel) secrets() []string {
	secrets := []string{m.Token.ValueString(), m.Password.ValueString(), m.ClientKey.ValueString()}
	for _, value := range m.headerValues() {
		secrets = append(secrets, value.ValueString())
	}
	return secrets
}

// ownTLS reports whether the instance needs connections of its own kind.
func (m instanceModel) ownTLS() bool {
	return !m.CACertificate.IsNull() || !m.ClientCertificate.IsNull() || m.SkipTLSVerify.ValueBool()
}
