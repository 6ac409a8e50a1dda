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

check "every_key_is_managed" {
  assert {
    condition = alltrue([
      for key in data.atlassian_org_api_keys.active.api_keys : contains(values(atlassian_org_api_key.each)[*].id, key.id)
    ])
    error_message = "Some active API keys of the organization are not under management: see the data source atlassian_org_api_keys."
  }
}

output "expires" {
  description = "When each key expires."
  value       = { for name, key in atlassian_org_api_key.each : name => key.expires_at }
}
