# terraform query -generate-config-out=tokens.tf
list "atlassian_dc_personal_access_token" "jira" {
  provider = atlassian

  config {
    instance = "jira"
  }
}
