# A token of the project OPS, rotated every quarter. Other permissions and
# another name are given in place.
resource "atlassian_bitbucket_http_access_token" "deploy" {
  instance    = "bitbucket"
  project     = "OPS"
  name        = "deploy"
  permissions = ["PROJECT_READ", "REPO_WRITE"]

  expires_in        = "120d"
  rotation_interval = "90d"
}

# A token of one repository.
resource "atlassian_bitbucket_http_access_token" "mirror" {
  instance    = "bitbucket"
  project     = "OPS"
  repository  = "tools"
  name        = "mirror"
  permissions = ["REPO_READ"]
}

# A token of the user whose password the provider block has.
resource "atlassian_bitbucket_http_access_token" "bot" {
  instance    = "bitbucket"
  user        = "admin"
  name        = "bot"
  permissions = ["REPO_READ"]
}
