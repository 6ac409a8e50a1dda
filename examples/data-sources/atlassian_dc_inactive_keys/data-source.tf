data "atlassian_dc_inactive_keys" "jira" {
  instance = "jira"
}

output "inactive_keys" {
  value = data.atlassian_dc_inactive_keys.jira.inactive_keys
}
