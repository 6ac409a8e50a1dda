locals {
  appointments = merge(
    { for name, rotation in atlassian_dc_aes_rotation.all : "Rotate the AES key of ${name}" => rotation.next_rotation_at },
    { for label, key in atlassian_org_api_key.all : "API key ${label} expires" => key.expires_at },
  )
}

# terraform output -raw calendar > keys.ics
output "calendar" {
  description = "What is going to happen when, as a calendar (RFC 5545) to subscribe to."
  value = join("", [for line in flatten([
    ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//terraform-provider-atlassian//keys//EN"],
    [for summary, at in local.appointments : [
      "BEGIN:VEVENT",
      "UID:${md5(summary)}@terraform-provider-atlassian",
      # A stamp of the present moment would make every plan differ.
      "DTSTAMP:${formatdate("YYYYMMDD'T'hhmmss'Z'", at)}",
      "DTSTART:${formatdate("YYYYMMDD'T'hhmmss'Z'", at)}",
      "SUMMARY:${summary}",
      "END:VEVENT",
    ] if at != null],
    ["END:VCALENDAR"],
  ]) : "${line}\r\n"])
}
