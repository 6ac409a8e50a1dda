# Tokens of all managed accounts that nobody has used for half a year.
data "atlassian_user_api_tokens" "idle" {
  unused_for = "180d"
}

output "idle_tokens" {
  value = [
    for token in data.atlassian_user_api_tokens.idle.tokens :
    "${token.label} of ${token.user.name}, created ${token.created_at}"
  ]
}

# Tokens of one account. This takes an API key without scopes.
data "atlassian_user_api_tokens" "leaver" {
  account_id = "557058:4f9acfd2-6155-419b-8de5-5b5cf27a59a0"
}
