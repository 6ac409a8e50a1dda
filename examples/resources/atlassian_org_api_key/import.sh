# By the ID of the key, which the data source atlassian_org_api_keys lists.
terraform import atlassian_org_api_key.pipeline 6f2b4c1e-3d58-4e7a-8c90-1b2a3d4e5f60

# Of another organization than that of the provider block.
terraform import atlassian_org_api_key.pipeline 0c632b13-d717-4d1f-b895-208a5599d2f2/6f2b4c1e-3d58-4e7a-8c90-1b2a3d4e5f60
