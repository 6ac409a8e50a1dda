# The secret of an OAuth client leaked:
# terraform apply -invoke=action.atlassian_delete_oauth_client.leaked
action "atlassian_delete_oauth_client" "leaked" {
  config {
    client_id = "9f1c2d3e4b5a69788796a5b4c3d2e1f0"
  }
}
