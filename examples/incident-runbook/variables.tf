variable "instances" {
  description = "Base URL of each Data Center instance, by a name of your choice."
  type        = map(string)
}

variable "tunnels" {
  description = "Instance at the end of each application tunnel, by the UUID of the tunnel."
  type        = map(string)
  default     = {}
}

variable "blocking_policy" {
  description = "ID of an authentication policy that blocks user API tokens."
  type        = string
  default     = null
}

variable "suspects" {
  description = "E-mail addresses of the accounts to move to that policy."
  type        = list(string)
  default     = []
}
