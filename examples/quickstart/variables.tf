variable "instances" {
  description = "Base URL of each Data Center instance, by a name of your choice."
  type        = map(string)
}

variable "tunnels" {
  description = "Instance at the end of each application tunnel, by the UUID of the tunnel."
  type        = map(string)
  default     = {}
}

variable "change" {
  description = "Any text. A new one rotates every key: the number of a change request, for example."
  type        = string
  default     = "initial"
}
