output "aes_keys" {
  description = "When the AES key of each instance was rotated last, by whom, and when it is due again."
  value = {
    for name, rotation in atlassian_dc_aes_rotation.all : name => {
      last   = rotation.last_rotated_at
      origin = rotation.rotation_origin
      next   = rotation.next_rotation_at
    }
  }
}

output "tunnels" {
  description = "Whether the instance at the end of each tunnel has its newest token; null for a tunnel that was imported and not rotated since."
  value       = { for hostname, tunnel in atlassian_tunnel_token.all : hostname => tunnel.delivered }
}
