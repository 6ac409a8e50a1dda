# Terraform 1.14 and newer: terraform query -generate-config-out=api_keys.tf
list "atlassian_org_api_key" "pipelines" {
  provider = atlassian

  config {
    label_regex = "^pipeline-"
    status      = "active"
  }
}
