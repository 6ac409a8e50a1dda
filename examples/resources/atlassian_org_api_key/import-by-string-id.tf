import {
  to = atlassian_org_api_key.pipeline
  id = "6f2b4c1e-3d58-4e7a-8c90-1b2a3d4e5f60"
}
