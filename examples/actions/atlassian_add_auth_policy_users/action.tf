# Members of this policy may not create user API tokens.
# terraform apply -invoke=action.atlassian_add_auth_policy_users.no_tokens
action "atlassian_add_auth_policy_users" "no_tokens" {
  config {
    policy_id = "5f2b1a9e-0c6d-4b1e-9b52-0d8f7a3c6e11"
    emails    = ["ada@example.com", "bob@example.com"]
  }
}
