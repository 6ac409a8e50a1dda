output "report" {
  description = "What rotated when, and by whom."
  value = jsonencode({
    from = local.from

    instances = {
      for name, instance in data.atlassian_dc_instance.each : name => {
        state         = instance.state
        product       = instance.product
        version       = instance.version
        inactive_keys = data.atlassian_dc_inactive_keys.each[name].inactive_keys # null where nobody answered

        # Complete: the instance has an audit log, was asked, and told all.
        complete = try(data.atlassian_dc_audit_events.keys[name].available && !data.atlassian_dc_audit_events.keys[name].truncated, false)
        events = [for event in try(data.atlassian_dc_audit_events.keys[name].events, []) : {
          time = event.time
          by   = event.author
          from = event.source
          what = event.action
          keys = event.objects
        }]
      }
    }

    organization = {
      for action, log in data.atlassian_org_events.api_keys : action => [for event in log.events : {
        time = event.time
        by   = event.actor_email
        from = event.ip
        keys = event.objects[*].id
      }]
    }
  })
}
