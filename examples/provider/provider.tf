terraform {
  required_providers {
    atlassian = {
      source = "keyrotation/atlassian"
    }
  }
}

variable "jira_token" {
  type      = string
  sensitive = true
  ephemeral = true
}

variable "bitbucket_password" {
  type      = string
  sensitive = true
  ephemeral = true
}

provider "atlassian" {
  # ATLASSIAN_API_KEY holds the API key of the organization.
  organization_id = "0c632b13-d717-4d1f-b895-208a5599d2f2"

  instances = {
    jira = {
      url   = "https://jira.example.com"
      token = var.jira_token
    }

    # Bitbucket takes no access token for administration.
    bitbucket = {
      url      = "https://git.example.com/bitbucket"
      username = "admin"
      password = var.bitbucket_password
    }

    # ATLASSIAN_INSTANCE_CONFLUENCE_TOKEN holds its token.
    confluence = {
      url = "https://wiki.example.com"
    }
  }
}
