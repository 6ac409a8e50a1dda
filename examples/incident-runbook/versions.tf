terraform {
  required_version = ">= 1.14"

  required_providers {
    atlassian = {
      source = "keyrotation/atlassian"
    }
  }
}
