# Null until the first rotation: until then the token made by hand goes on working.
output "token" {
  description = "Token for the next run: terraform output -raw token."
  value       = atlassian_dc_personal_access_token.own.token
  sensitive   = true
}
