# A token that Terraform may not hand over itself, because it cannot reach the
# instance: somebody else fetches it from a secret store.
#
# The token stays in the state of atlassian_tunnel_token in clear text, and so in
# saved plans, which hold a copy of the state: Atlassian tells it once, and there is
# nowhere else to take it from at the next apply. Use a state backend that encrypts,
# and let few people read it. The write-only arguments below keep the token from
# being in state a second and a third time. With `instance` it would not be there
# at all.
resource "atlassian_tunnel_token" "jira" {
  hostname          = "http://e5e9e8f0-d429-4cb9-80bc-2f02cb91f587.atlassian.com"
  rotation_interval = "90d"
}

locals {
  # Write-only arguments are sent when their version changes. This one changes
  # with the token and tells nothing of it.
  token_version = parseint(substr(atlassian_tunnel_token.jira.token_sha256, 0, 7), 16)
}

resource "vault_kv_secret_v2" "tunnel" {
  mount                = "secret"
  name                 = "atlassian/tunnels/jira"
  data_json_wo         = jsonencode({ token = atlassian_tunnel_token.jira.token })
  data_json_wo_version = local.token_version
}

resource "aws_secretsmanager_secret" "tunnel" {
  name = "atlassian/tunnels/jira"
}

resource "aws_secretsmanager_secret_version" "tunnel" {
  secret_id                = aws_secretsmanager_secret.tunnel.id
  secret_string_wo         = atlassian_tunnel_token.jira.token
  secret_string_wo_version = local.token_version
}
