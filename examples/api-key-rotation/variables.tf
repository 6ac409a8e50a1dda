variable "labels" {
  description = "The label of the key that each user of one has now. Changing it rotates."
  type        = map(string)
  default = {
    pipeline = "pipeline-2026-a"
  }
}
