terraform {
  required_providers {
    atlassian = {
      source = "keyrotation/atlassian"
    }
  }
}

variable "api_keys" {
  description = "API key of each organization."
  type        = object({ emea = string, apac = string })
  ephemeral   = true
  sensitive   = true
}

provider "atlassian" {
  alias           = "emea"
  organization_id = "0c632b13-d717-4d1f-b895-208a5599d2f2"
  api_key         = var.api_keys.emea
}

provider "atlassian" {
  alias           = "apac"
  organization_id = "5d1f7a06-83c2-4f0e-9b3a-7e2c4d6b8f10"
  api_key         = var.api_keys.apac
}

data "atlassian_org_api_keys" "emea" {
  provider       = atlassian.emea
  expires_within = "30d"
}

output "emea_keys_that_expire" {
  value = data.atlassian_org_api_keys.emea.api_keys[*].label
}
