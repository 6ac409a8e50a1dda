variable "instances" {
  description = "Base URL of each Data Center instance, by a name of your choice."
  type        = map(string)
}

variable "jira_token" {
  description = "Token that the provider works with. An ephemeral value: Terraform stores it nowhere."
  type        = string
  sensitive   = true
  ephemeral   = true
}
