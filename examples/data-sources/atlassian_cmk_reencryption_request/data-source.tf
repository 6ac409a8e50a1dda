# One new key in each region of the realm, made by the AWS provider.
provider "aws" {
  region = "eu-central-1"
}

resource "aws_kms_key" "atlassian" {
  for_each = toset(["eu-central-1", "eu-west-1"])

  region              = each.key
  description         = "Atlassian customer-managed key of 2026"
  enable_key_rotation = false
}

data "atlassian_cmk_reencryption_request" "renewal" {
  aws_account_id  = "279766244153"
  organization_id = "0c632b13-d717-4d1f-b895-208a5599d2f2"
  site_url        = "https://example.atlassian.net"
  realm           = "Europe"

  old_key_arns = {
    eu-central-1 = "arn:aws:kms:eu-central-1:279766244153:key/11111111-2222-3333-4444-555555555555"
    eu-west-1    = "arn:aws:kms:eu-west-1:279766244153:key/66666666-7777-8888-9999-000000000000"
  }
  new_key_arns = { for region, key in aws_kms_key.atlassian : region => key.arn }

  timing       = "next_maintenance_window"
  impact_level = 3
  contacts     = ["security@example.com"]
}

# Paste these into the form.
output "request" {
  value = {
    form   = data.atlassian_cmk_reencryption_request.renewal.form_url
    fields = data.atlassian_cmk_reencryption_request.renewal.fields
    notice = data.atlassian_cmk_reencryption_request.renewal.downtime_notice
  }
}
