provider "atlassian" {
  instances = {
    for name, url in var.instances : name => { url = url, token = lookup(var.tokens, name, null) }
  }
}

# A nightly pipeline never misses a rotation that may come a day early.
resource "atlassian_dc_aes_rotation" "all" {
  for_each = var.instances

  instance              = each.key
  rotation_interval     = "90d"
  early_rotation_window = "1d"
  rotate_on_create      = false
}

resource "atlassian_org_api_key" "all" {
  for_each = var.api_keys

  label              = each.key
  warn_before_expiry = "14d"
  revoke_on_destroy  = false
}
