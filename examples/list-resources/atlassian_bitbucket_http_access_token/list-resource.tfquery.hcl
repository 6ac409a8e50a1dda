# terraform query -generate-config-out=tokens.tf
list "atlassian_bitbucket_http_access_token" "ops" {
  provider = atlassian

  config {
    instance = "bitbucket"
    project  = "OPS"
  }
}
