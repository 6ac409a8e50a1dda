# Keys that expire within a month are reported by every plan and apply.
data "atlassian_org_api_keys" "expiring" {
  expires_within = "30d"
}

check "no_api_key_expires_soon" {
  assert {
    condition     = length(data.atlassian_org_api_keys.expiring.api_keys) == 0
    error_message = "API keys expire within 30 days: ${join(", ", data.atlassian_org_api_keys.expiring.api_keys[*].label)}."
  }
}

# Keys that nobody has used for a quarter of a year, and who to ask about them.
data "atlassian_org_api_keys" "idle" {
  status     = "active"
  unused_for = "90d"
}

output "idle_api_keys" {
  value = {
    for key in data.atlassian_org_api_keys.idle.api_keys :
    key.id => "${key.label}, created by ${coalesce(key.created_by.email, "unknown")}"
  }
}
