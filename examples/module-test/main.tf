# A module of your own: one schedule for all instances of a team. Its tests are in
# tests/.
variable "names" {
  description = "Names of the instances, as in the provider block."
  type        = set(string)
}

variable "interval" {
  description = "How often keys are rotated."
  type        = string
  default     = "90d"
}

variable "change" {
  description = "A new value rotates every key."
  type        = string
  default     = "initial"
}

resource "atlassian_dc_aes_rotation" "team" {
  for_each = var.names

  instance          = each.key
  rotate_triggers   = { change = var.change }
  rotation_interval = var.interval
}

output "last_rotated_at" {
  value = { for name, rotation in atlassian_dc_aes_rotation.team : name => rotation.last_rotated_at }
}
