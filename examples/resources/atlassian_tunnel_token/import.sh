# By organization and tunnel, or by the tunnel alone where the provider block
# names the organization. Importing sends nothing and rotates nothing.
terraform import atlassian_tunnel_token.jira 0c632b13-d717-4d1f-b895-208a5599d2f2/e5e9e8f0-d429-4cb9-80bc-2f02cb91f587
terraform import atlassian_tunnel_token.jira e5e9e8f0-d429-4cb9-80bc-2f02cb91f587
