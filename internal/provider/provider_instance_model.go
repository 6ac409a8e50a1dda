package provider

import (
	"fmt"

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
	CACertificate     types.String `tfsdk:"ca_certificate"`
	ClientCertificate types.String `tfsdk:"client_certificate"`
	ClientKey         types.String `tfsdk:"client_key"`
	SkipTLSVerify     types.Bool   `tfsdk:"skip_tls_verify"`
	AllowHTTP         types.Bool   `tfsdk:"allow_http"`

	path   path.Path
	prefix string
}

// named returns the instance called name with what the environment adds to it.
func (m instanceModel) named(name string, env environment) instanceModel {
	filled := m.filled(env, instancePrefix(name))
	filled.path = path.Root("instances").AtMapKey(name)
	return filled
}

// filled takes from the environment what the instance leaves out. Credentials
// of the other kind than the configured ones are not looked at.
func (m instanceModel) filled(env environment, prefix string) instanceModel {
	m.prefix = prefix
	m.URL = env.fill(m.URL, prefix+"URL")
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

// validate reports what contradicts itself, whatever is still unknown.
func (m instanceModel) validate() diag.Diagnostics {
	var diags diag.Diagnostics
	diags.Append(checkURL(m.path.AtName("url"), m.URL, m.AllowHTTP)...)
	if isSet(m.Token) && (isSet(m.Username) || isSet(m.Password)) {
		diags.AddAttributeError(m.path.AtName("token"), "Two kinds of credentials",
			"Set either token, or username and password, and not both. Environment variables that start with "+m.prefix+" count as well.")
		return diags
	}
	diags.Append(m.checkPair("username", m.Username, "password", m.Password, true)...)
	diags.Append(m.checkPair("client_certificate", m.ClientCertificate, "client_key", m.ClientKey, false)...)
	return diags
}

// checkPair reports the half of a pair that stands alone.
func (m instanceModel) checkPair(firstName string, first types.String, secondName string, second types.String, hasVariable bool) diag.Diagnostics {
	var diags diag.Diagnostics
	missing, present := secondName, firstName
	if first.IsNull() {
		missing, present = firstName, secondName
	}
	alone := isSet(first) && second.IsNull() || first.IsNull() && isSet(second)
	if !alone {
		return diags
	}
	detail := fmt.Sprintf("%s and %s belong together, and %s is missing.", firstName, secondName, missing)
	if hasVariable {
		detail += " Set it here or in the environment variable " + m.prefix + environmentSuffix(missing) + "."
	}
	diags.AddAttributeError(m.path.AtName(present), fmt.Sprintf("%s without %s", present, missing), detail)
	return diags
}

// isSet reports whether value is neither null nor unknown.
func isSet(value attr.Value) bool {
	return !value.IsNull() && !value.IsUnknown()
}

// environmentSuffix ends the name of the variable that fills attribute.
func environmentSuffix(attribute string) string {
	return map[string]string{"url": "URL", "token": "TOKEN", "username": "USERNAME", "password": "PASSWORD"}[attribute]
}

// unknown returns the name of the first attribute that is not known yet, and an
// empty string where all are.
func (m instanceModel) unknown() string {
	for _, attribute := range []struct {
		name  string
		value attr.Value
	}{
		{"url", m.URL}, {"token", m.Token}, {"username", m.Username}, {"password", m.Password},
		{"ca_certificate", m.CACertificate}, {"client_certificate", m.ClientCertificate}, {"client_key", m.ClientKey},
		{"skip_tls_verify", m.SkipTLSVerify}, {"allow_http", m.AllowHTTP},
	} {
		if attribute.value.IsUnknown() {
			return attribute.name
		}
	}
	return ""
}

// missing reports what an instance cannot do without.
func (m instanceModel) missing() diag.Diagnostics {
	var diags diag.Diagnostics
	if m.URL.IsNull() {
		diags.AddAttributeError(m.path, "url missing",
			fmt.Sprintf("An instance needs its url. Set it here or in the environment variable %sURL.", m.prefix))
	}
	if m.Token.IsNull() && m.Username.IsNull() && m.Password.IsNull() {
		diags.AddAttributeError(m.path, "Credentials missing",
			fmt.Sprintf("An instance needs token, or username and password. Set them here or in the environment variables %[1]sTOKEN, or %[1]sUSERNAME and %[1]sPASSWORD.", m.prefix))
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

// secrets lists what must be seen nowhere.
func (m instanceModel) secrets() []string {
	return []string{m.Token.ValueString(), m.Password.ValueString(), m.ClientKey.ValueString()}
}

func (m instanceModel) tls() transport.TLS {
	return transport.TLS{
		CACertificate:     []byte(m.CACertificate.ValueString()),
		ClientCertificate: []byte(m.ClientCertificate.ValueString()),
		ClientKey:         []byte(m.ClientKey.ValueString()),
		SkipVerify:        m.SkipTLSVerify.ValueBool(),
	}
}

// ownTLS reports whether the instance needs connections of its own kind.
func (m instanceModel) ownTLS() bool {
	return !m.CACertificate.IsNull() || !m.ClientCertificate.IsNull() || m.SkipTLSVerify.ValueBool()
}
