data "atlassian_dc_instance" "all" {
  for_each = toset(["jira", "confluence", "bitbucket"])

  instance = each.key
}

# The instances that are up and have an AES key to rotate.
output "rotatable" {
  value = [for name, instance in data.atlassian_dc_instance.all : name if instance.aes_key_api == true]
}

# An instance that is down fails the plan, instead of being a result.
data "atlassian_dc_instance" "jira" {
  instance        = "jira"
  require_running = true

  lifecycle {
    postcondition {
      condition     = self.upgrade_state == null || self.upgrade_state == "STABLE"
      error_message = "Jira is in a rolling upgrade: ${self.upgrade_state}."
    }
  }
}
