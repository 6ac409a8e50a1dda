variable "start" {
  description = "The first day of the calendar (RFC 3339). A fixed date: one that moves with each run would move every rotation."
  type        = string
  default     = "2026-01-05T00:00:00Z"
}

variable "days" {
  description = "Over how many days the first rotations are spread. One interval long, it keeps them spread for good."
  type        = number
  default     = 28
}

locals {
  # The days are dealt out in the order of the file. A new line at its end moves
  # none of the others.
  fleet = {
    for place, line in csvdecode(file("${path.module}/fleet.csv")) : line.name => {
      url               = line.url
      window            = { schedule = line.window, duration = "4h", time_zone = line.time_zone }
      first_rotation_at = timeadd(var.start, "${24 * (place % var.days)}h")
    }
  }
}

locals {
  names_by_day = { for name, instance in local.fleet : formatdate("YYYY-MM-DD", instance.first_rotation_at) => name... }
}

output "first_rotations_per_day" {
  description = "How many instances have their first rotation due from each day on."
  value       = { for day, names in local.names_by_day : day => length(names) }
}
