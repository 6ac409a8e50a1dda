variable "instances" {
  description = "Base URL of each Data Center instance, by a name of your choice."
  type        = map(string)
}

variable "days" {
  description = "How many days the report goes back. The audit log of an organization keeps 180."
  type        = number
  default     = 90

  validation {
    condition     = var.days >= 1
    error_message = "At least one day."
  }
}
