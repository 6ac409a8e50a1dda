terraform {
  # Write-only arguments.
  required_version = ">= 1.11"

  required_providers {
    atlassian = {
      source = "keyrotation/atlassian"
    }
    aws = {
      source  = "hashicorp/aws"
      version = ">= 6.0"
    }
    vault = {
      source  = "hashicorp/vault"
      version = ">= 5.0"
    }
  }
}
