# Every 90 days, up to a day early so that a nightly pipeline never misses it.
resource "atlassian_dc_aes_rotation" "jira" {
  instance              = "jira"
  rotation_interval     = "90d"
  early_rotation_window = "1d"
}

# A whole fleet, rotated by changing one value, and with the inactive keys
# deleted 30 days after the last of them became inactive.
variable "change" {
  type    = string
  default = "CHG-1001"
}

resource "atlassian_dc_aes_rotation" "fleet" {
  for_each = toset(["bitbucket", "confluence"])

  instance               = each.key
  rotate_triggers        = { change = var.change }
  inactive_key_retention = "30d"

  # Re-encrypting a large instance takes a while.
  timeouts = {
    create = "1h"
    update = "1h"
  }
}
