variable "instances" {
  description = "Base URL of each Data Center instance, by a name of your choice."
  type        = map(string)
}

variable "inactive_key_days" {
  description = "How many days a key may stay inactive before it has to be deleted."
  type        = number
  default     = 30
}

variable "rotated_within_days" {
  description = "Within how many days every key has to be rotated."
  type        = number
  default     = 90
}
