# terraform apply -invoke=action.atlassian_dc_rotate_aes_key.jira
action "atlassian_dc_rotate_aes_key" "jira" {
  config {
    instance = "jira"
  }
}

# A key that has leaked is of no use to anybody once it is deleted. Backups from
# before can then no longer be restored.
action "atlassian_dc_rotate_aes_key" "leaked" {
  config {
    instance             = "confluence"
    delete_inactive_keys = true

    # Re-encrypting a large instance takes a while.
    timeouts = {
      invoke = "1h"
    }
  }
}
