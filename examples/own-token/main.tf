provider "atlassian" {
  instances = {
    jira = { url = var.instances["jira"], token = var.jira_token }
  }
}

# The token that somebody has made by hand, once: atlassian_dc_tokens lists its ID.
import {
  to = atlassian_dc_personal_access_token.own
  id = "jira/1"
}

resource "atlassian_dc_personal_access_token" "own" {
  instance = "jira"
  name     = "terraform"
  own      = true

  expires_in            = "90d"
  rotation_interval     = "60d"
  early_rotation_window = "1d"

  # The old token goes on working for a week, should the new one not get to the
  # next run.
  revoke_previous_after = "7d"
}
