import {
  to = atlassian_bitbucket_http_access_token.deploy
  identity = {
    instance = "bitbucket"
    project  = "OPS"
    token_id = "075905477751"
  }
}
