variable "tokens" {
  description = "Personal access token of each instance; the environment fills what is left out."
  type        = map(string)
  default     = {}
  ephemeral   = true
  sensitive   = true
}

provider "atlassian" {
  instances = {
    for name, instance in local.fleet : name => { url = instance.url, token = lookup(var.tokens, name, null) }
  }
}

resource "atlassian_dc_aes_rotation" "fleet" {
  for_each = local.fleet

  instance          = each.key
  rotate_on_create  = false
  rotation_interval = "${var.days}d"
  first_rotation_at = each.value.first_rotation_at
  rotation_window   = each.value.window

  # The pipeline runs every hour, because the windows open at many hours.
  early_rotation_window = "1h"
}

output "rotations" {
  description = "What will happen when."
  value       = { for name, rotation in atlassian_dc_aes_rotation.fleet : name => rotation.next_rotation_at }
}
