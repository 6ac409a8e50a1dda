# What would be revoked: terraform apply -invoke=action.atlassian_revoke_user_api_tokens.idle
action "atlassian_revoke_user_api_tokens" "idle" {
  config {
    account_id = "557058:4f9acfd2-6155-419b-8de5-5b5cf27a59a0"
    unused_for = "180d"
    dry_run    = true
  }
}

# Somebody leaves: every token of the account. The plan says how many these are.
action "atlassian_revoke_user_api_tokens" "leaver" {
  config {
    account_id = "557058:4f9acfd2-6155-419b-8de5-5b5cf27a59a0"
    all        = true
  }
}
