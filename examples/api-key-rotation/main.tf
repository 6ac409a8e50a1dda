# The API key of the pipeline that runs this, and another one, each rotated by
# its label. Credentials come from the environment: ATLASSIAN_API_KEY,
# ATLASSIAN_API_KEY_ID and ATLASSIAN_ORGANIZATION_ID.
provider "atlassian" {}

resource "atlassian_org_api_key" "each" {
  for_each = var.labels
  label    = each.value

  warn_before_expiry = "30d"
  fail_before_expiry = "14d"

  lifecycle {
    create_before_destroy = true
  }
}

# What nobody has under management. It fails no plan.
data "atlassian_org_api_keys" "active" {
  status = "active"
}

locals {
  managed   = values(atlassian_org_api_key.each)[*].id
  unmanaged = [for key in data.atlassian_org_api_keys.active.api_keys : key.label if !contains(local.managed, key.id)]
}

check "every_key_is_managed" {
  assert {
    condition     = length(local.unmanaged) == 0
    error_message = "Active API keys that are not under management: ${join(", ", local.unmanaged)}."
  }
}

output "expires" {
  description = "When each key expires."
  value       = { for name, key in atlassian_org_api_key.each : name => key.expires_at }
}
