import {
  to = atlassian_dc_aes_rotation.jira
  identity = {
    instance = "jira"
  }
}
