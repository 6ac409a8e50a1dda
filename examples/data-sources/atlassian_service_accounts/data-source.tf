data "atlassian_service_accounts" "all" {}

output "service_accounts" {
  value = { for account in data.atlassian_service_accounts.all.service_accounts : account.id => account.display_name }
}
