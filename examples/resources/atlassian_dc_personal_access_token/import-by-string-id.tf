import {
  to = atlassian_dc_personal_access_token.ci
  id = "jira/1"
}
