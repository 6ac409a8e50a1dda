variable "instances" {
  description = "Base URL of each Data Center instance, by a name of your choice."
  type        = map(string)
}

# An ephemeral value is neither in state nor in a saved plan: whoever applies the
# plan gives it again.
variable "tokens" {
  description = "Personal access token of each instance; the environment fills what is left out."
  type        = map(string)
  default     = {}
  ephemeral   = true
  sensitive   = true
}

variable "api_keys" {
  description = "Labels of the organization API keys whose expiry is watched. They need ATLASSIAN_ORGANIZATION_ID and ATLASSIAN_API_KEY."
  type        = set(string)
  default     = []
}
