# What rotated when, and by whom, as JSON for an auditor:
#
#   terraform apply && terraform output -raw report > report.json
#
# Credentials come from the environment, as in ../quickstart.
provider "atlassian" {
  instances = { for name, url in var.instances : name => { url = url } }

  # An instance that is down is reported as such, and the others all the same.
  unreachable_instances = "warn"
}

locals {
  # The beginning of a day: two reports of one day are alike.
  from = "${formatdate("YYYY-MM-DD", timeadd(plantimestamp(), "-${var.days * 24}h"))}T00:00:00Z"

  running = toset([for name, instance in data.atlassian_dc_instance.each : name if instance.state == "RUNNING"])
}

data "atlassian_dc_instance" "each" {
  for_each = var.instances
  instance = each.key
}

# The names of these events are not documented and in the language of the
# instance: the pattern is a guess that fits their neighbours in English.
data "atlassian_dc_audit_events" "keys" {
  for_each = local.running

  instance      = each.key
  from          = local.from
  actions_regex = "(?i)(key|secret).*(rotat|delet)|(rotat|delet).*(key|secret)"
}

data "atlassian_dc_inactive_keys" "each" {
  for_each = var.instances
  instance = each.key
}

# API keys of the organization: created and revoked.
data "atlassian_org_events" "api_keys" {
  for_each = toset(["Created admin API key", "Revoked admin API key"])

  action = each.key
  from   = local.from
}
