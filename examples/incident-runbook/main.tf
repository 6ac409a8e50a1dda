# A key leaked. Nothing here runs by itself: each action is invoked by its
# address. Credentials come from the environment, as in ../quickstart.
provider "atlassian" {
  instances = { for name, url in var.instances : name => { url = url } }

  # An instance that is down keeps nobody from the others.
  unreachable_instances = "warn"
}

# The AES key of an instance: rotate it and delete what is inactive, so that the
# leaked key decrypts nothing any more.
#
#   terraform apply -invoke='action.atlassian_dc_rotate_aes_key.leaked["jira"]'
action "atlassian_dc_rotate_aes_key" "leaked" {
  for_each = var.instances

  config {
    instance             = each.key
    delete_inactive_keys = true
  }
}

# The security key of a tunnel: the new one takes its place at both ends.
#
#   terraform apply -invoke='action.atlassian_rotate_tunnel_token.leaked["<uuid>"]'
action "atlassian_rotate_tunnel_token" "leaked" {
  for_each = var.tunnels

  config {
    hostname = each.key
    instance = each.value
  }
}

# User API tokens: members of this policy may neither create nor use them.
#
#   terraform apply -invoke='action.atlassian_add_auth_policy_users.blocked[0]'
action "atlassian_add_auth_policy_users" "blocked" {
  count = length(var.suspects) > 0 ? 1 : 0

  config {
    policy_id = var.blocking_policy
    emails    = var.suspects
  }
}

# What happened: who rotated, deleted, created and revoked keys since the leak.
# An instance without an audit log has available = false and no events.
data "atlassian_dc_instance" "each" {
  for_each = var.instances
  instance = each.key
}

data "atlassian_dc_audit_events" "since" {
  for_each = toset([for name, instance in data.atlassian_dc_instance.each : name if instance.state == "RUNNING"])

  instance      = each.key
  from          = timeadd(plantimestamp(), "-24h")
  actions_regex = "(?i)key|secret|token"
}

output "what_happened" {
  value = { for name, log in data.atlassian_dc_audit_events.since : name => log.events }
}
