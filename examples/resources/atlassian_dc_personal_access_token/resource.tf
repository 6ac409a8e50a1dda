# A new token every 60 days, a month before the present one expires. That one
# goes on working for a week, for whoever has not got the new one yet.
resource "atlassian_dc_personal_access_token" "ci" {
  instance = "jira"
  name     = "ci"

  expires_in            = "90d"
  rotation_interval     = "60d"
  early_rotation_window = "1d"
  revoke_previous_after = "7d"
}

output "ci_token" {
  value     = atlassian_dc_personal_access_token.ci.token
  sensitive = true
}
