# Who revoked API keys of the organization during the last 30 days.
data "atlassian_org_events" "revocations" {
  from   = timeadd(plantimestamp(), "-720h")
  action = "Revoked admin API key"
}

output "revocations" {
  value = [for event in data.atlassian_org_events.revocations.events : {
    time  = event.time
    actor = event.actor_email
    keys  = event.objects[*].id
  }]
}
