# An organization admin has created the key on the administration page. To
# rotate it, create the next one there and change the label: the same apply
# adopts that one and revokes this one.
resource "atlassian_org_api_key" "pipeline" {
  label = "pipeline-2026-a"

  # Plans warn for two weeks, and fail for the last one.
  warn_before_expiry = "3w"
  fail_before_expiry = "1w"

  lifecycle {
    create_before_destroy = true
  }
}

# Watched, and never revoked: somebody else looks after it.
resource "atlassian_org_api_key" "reporting" {
  key_id            = "0a4f3c52-7be2-4d16-9a0e-5c1d8e2b7f60"
  revoke_on_destroy = false
}
