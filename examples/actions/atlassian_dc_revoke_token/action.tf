# A token leaked: terraform apply -invoke=action.atlassian_dc_revoke_token.leaked
action "atlassian_dc_revoke_token" "leaked" {
  config {
    instance = "bitbucket"
    project  = "OPS"
    token_id = "075905477751"
  }
}
