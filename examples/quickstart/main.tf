# Credentials come from the environment: ATLASSIAN_ORGANIZATION_ID and
# ATLASSIAN_API_KEY, and for each instance ATLASSIAN_INSTANCE_<NAME>_TOKEN, or
# _USERNAME and _PASSWORD.
provider "atlassian" {
  instances = { for name, url in var.instances : name => { url = url } }

  # An instance that is down is warned of, and the others are rotated all the same.
  unreachable_instances = "warn"
}

# The AES key of every instance: rotated every 90 days, up to a day early so
# that a nightly pipeline never misses it, and whenever var.change changes.
resource "atlassian_dc_aes_rotation" "all" {
  for_each = var.instances

  instance              = each.key
  rotate_triggers       = { change = var.change }
  rotation_interval     = "90d"
  early_rotation_window = "1d"
}

# The security key of every tunnel: regenerated in Cloud and handed to the
# instance at its end.
resource "atlassian_tunnel_token" "all" {
  for_each = var.tunnels

  hostname              = each.key
  instance              = each.value
  rotate_triggers       = { change = var.change }
  rotation_interval     = "30d"
  early_rotation_window = "1d"
}
