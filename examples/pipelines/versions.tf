terraform {
  required_version = ">= 1.11"

  required_providers {
    atlassian = {
      source = "keyrotation/atlassian"
    }
  }

  # Two runs must not change the same keys: keep the state where it is locked.
  # backend "s3" {
  #   bucket       = "example-terraform-state"
  #   key          = "atlassian-keys.tfstate"
  #   region       = "eu-central-1"
  #   encrypt      = true
  #   use_lockfile = true
  # }
}
