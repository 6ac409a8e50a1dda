import {
  to = atlassian_tunnel_token.jira
  identity = {
    organization_id = "0c632b13-d717-4d1f-b895-208a5599d2f2"
    hostname        = "e5e9e8f0-d429-4cb9-80bc-2f02cb91f587"
  }
}
