# Checks that fail nothing but are reported by every plan and apply, and, in HCP
# Terraform, by continuous validation. Credentials come from the environment, as
# in ../quickstart.
provider "atlassian" {
  instances = { for name, url in var.instances : name => { url = url } }

  # An instance that is down is warned of, and the others are checked all the same.
  unreachable_instances = "warn"
}

locals {
  now = plantimestamp()

  running = toset([for name, instance in data.atlassian_dc_instance.each : name if instance.state == "RUNNING"])

  # How many rotations the log of an instance tells of.
  logged = { for name in keys(var.instances) : name => length(try(data.atlassian_dc_audit_events.keys[name].events, [])) }

  # What the checks find fault with, so that they name it.
  old_keys = flatten([
    for name, rotation in atlassian_dc_aes_rotation.watched : [
      for key, since in rotation.inactive_since : "${name}: ${key}" if timecmp(timeadd(since, "${var.inactive_key_days * 24}h"), local.now) <= 0
    ]
  ])
  not_rotated = [
    for name, rotation in atlassian_dc_aes_rotation.watched : name
    if local.logged[name] == 0 && try(timecmp(timeadd(rotation.last_rotated_at, "${var.rotated_within_days * 24}h"), local.now) <= 0, true)
  ]
  not_running = setsubtract(keys(var.instances), local.running)
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
  for_each = local.running

  instance      = each.key
  from          = timeadd(local.now, "-${var.rotated_within_days * 24}h")
  actions_regex = "(?i)(key|secret).*rotat|rotat.*(key|secret)"
}

check "no_old_inactive_keys" {
  assert {
    condition     = length(local.old_keys) == 0
    error_message = "AES keys that have been inactive for more than ${var.inactive_key_days} days: ${join(", ", local.old_keys)}."
  }
}

check "rotated_recently" {
  assert {
    condition     = length(local.not_rotated) == 0
    error_message = "No rotation of the AES key within ${var.rotated_within_days} days, by anyone: ${join(", ", local.not_rotated)}."
  }
}

# An instance that is down is a result, so that this fails no plan.
data "atlassian_dc_instance" "each" {
  for_each = var.instances
  instance = each.key
}

check "running" {
  assert {
    condition     = length(local.not_running) == 0
    error_message = "Not running: ${join(", ", local.not_running)}."
  }
}
