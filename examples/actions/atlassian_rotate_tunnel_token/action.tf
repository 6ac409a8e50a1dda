# terraform apply -invoke=action.atlassian_rotate_tunnel_token.jira
action "atlassian_rotate_tunnel_token" "jira" {
  config {
    hostname = "http://e5e9e8f0-d429-4cb9-80bc-2f02cb91f587.atlassian.com"
    instance = "jira"
  }
}
