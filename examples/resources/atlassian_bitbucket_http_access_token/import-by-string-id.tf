import {
  to = atlassian_bitbucket_http_access_token.deploy
  id = "bitbucket/projects/OPS/075905477751"
}
