# Regenerated in Atlassian Cloud and handed to the instance in one apply. The
# token is then nowhere but there: neither in state nor in a plan.
resource "atlassian_tunnel_token" "jira" {
  # Application tunnels > Actions > View application link URL
  hostname = "http://e5e9e8f0-d429-4cb9-80bc-2f02cb91f587.atlassian.com"
  instance = "jira"

  # Change it to rotate.
  rotate_triggers = { change = "CHG-1001" }
}
