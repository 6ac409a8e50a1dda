import {
  to = atlassian_dc_personal_access_token.ci
  identity = {
    instance = "jira"
    token_id = "1"
  }
}
