# Who rotated or deleted keys during the last 90 days. The names of these events
# are not documented and in the language of the instance: the pattern is a guess
# that fits their neighbours in English.
data "atlassian_dc_audit_events" "keys" {
  instance      = "jira"
  from          = timeadd(plantimestamp(), "-2160h")
  actions_regex = "(?i)(key|secret).*(rotat|delet)|(rotat|delet).*(key|secret)"
}

output "key_changes" {
  value = [
    for event in data.atlassian_dc_audit_events.keys.events :
    "${event.time} ${coalesce(event.author, "the system")}: ${event.action}"
  ]
}
