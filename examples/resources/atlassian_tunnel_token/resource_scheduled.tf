# Every 90 days, up to a day early so that a nightly pipeline never misses it.
locals {
  tunnels = {
    confluence = "c8bed056-28c1-4884-96a7-cc4012863d74"
    bitbucket  = "4f0b7a3d-95c2-4b1e-8a66-2d7e9c1f5b08"
  }
}

resource "atlassian_tunnel_token" "scheduled" {
  for_each = local.tunnels

  hostname              = each.value
  instance              = each.key
  rotation_interval     = "90d"
  early_rotation_window = "1d"

  # Takes the present token as it is, and rotates for the first time in 90 days.
  rotate_on_create = false
}
