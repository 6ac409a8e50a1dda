# Tokens of the account that the provider works with, and that expire within a
# month: reported by every plan and apply.
data "atlassian_dc_tokens" "expiring" {
  instance       = "jira"
  expires_within = "30d"
}

check "no_token_expires_soon" {
  assert {
    condition     = length(data.atlassian_dc_tokens.expiring.tokens) == 0
    error_message = "Tokens expire within 30 days: ${join(", ", data.atlassian_dc_tokens.expiring.tokens[*].name)}."
  }
}

# Those of a project of Bitbucket.
data "atlassian_dc_tokens" "ops" {
  instance = "bitbucket"
  project  = "OPS"
}

output "ops_tokens" {
  value = { for token in data.atlassian_dc_tokens.ops.tokens : token.id => token.name }
}
