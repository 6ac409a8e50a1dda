# Checks that fail nothing but are reported by every plan and apply, and, in HCP
# Terraform, by continuous validation. Credentials come from the environment, as
# in ../quickstart.
provider "atlassian" {
  instances = { for name, url in var.instances : name => { url = url } }
}

locals {
  now = plantimestamp()

  # The time of every rotation or deletion of keys that a log tells of.
  logged = { for name, log in data.atlassian_dc_audit_events.keys : name => log.events[*].time }
}

# Keys stay under the rotation of whoever rotates them today: rotate_on_create =
# false watches them and never rotates on its own.
resource "atlassian_dc_aes_rotation" "watched" {
  for_each = var.instances

  instance         = each.key
  rotate_on_create = false
}

# Rotations by anyone, also from before this configuration.
data "atlassian_dc_audit_events" "keys" {
  for_each = var.instances

  instance      = each.key
  from          = timeadd(local.now, "-${var.rotated_within_days * 24}h")
  actions_regex = "(?i)(key|secret).*rotat|rotat.*(key|secret)"
}

check "no_old_inactive_keys" {
  assert {
    condition = alltrue(flatten([
      for rotation in atlassian_dc_aes_rotation.watched : [
        for key, since in rotation.inactive_since : timecmp(timeadd(since, "${var.inactive_key_days * 24}h"), local.now) > 0
      ]
    ]))
    error_message = "Inactive AES keys are older than ${var.inactive_key_days} days."
  }
}

check "rotated_recently" {
  assert {
    condition = alltrue([
      for name, rotation in atlassian_dc_aes_rotation.watched :
      length(local.logged[name]) > 0 || try(timecmp(timeadd(rotation.last_rotated_at, "${var.rotated_within_days * 24}h"), local.now) > 0, false)
    ])
    error_message = "Some instance has had no rotation of its AES key within ${var.rotated_within_days} days, by anyone."
  }
}

# An instance that is down is a result, so that this fails no plan.
data "atlassian_dc_instance" "each" {
  for_each = var.instances
  instance = each.key
}

check "running" {
  assert {
    condition     = alltrue([for instance in data.atlassian_dc_instance.each : instance.state == "RUNNING"])
    error_message = "Some instance is not running."
  }
}
