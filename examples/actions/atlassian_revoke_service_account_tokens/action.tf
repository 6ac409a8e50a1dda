# A token of a service account leaked, and all of them have to go:
# terraform apply -invoke=action.atlassian_revoke_service_account_tokens.leaked
action "atlassian_revoke_service_account_tokens" "leaked" {
  config {
    service_account_id = "557058:ci-service-account"
  }
}
