data "atlassian_oauth_clients" "all" {}

output "oauth_clients" {
  value = {
    for client in data.atlassian_oauth_clients.all.oauth_clients :
    client.id => "${client.name}, made ${client.created_at}"
  }
}
