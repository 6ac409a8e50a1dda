terraform {
  required_version = ">= 1.11"

  required_providers {
    atlassian = {
      source = "keyrotation/atlassian"
    }
  }
}
