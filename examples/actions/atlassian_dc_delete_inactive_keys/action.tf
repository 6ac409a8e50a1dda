# terraform apply -invoke=action.atlassian_dc_delete_inactive_keys.jira
action "atlassian_dc_delete_inactive_keys" "jira" {
  config {
    instance = "jira"
  }
}
