# No instance and no credentials: every computed attribute is made up.
mock_provider "atlassian" {
  mock_resource "atlassian_dc_aes_rotation" {
    defaults = {
      last_rotated_at = "2026-01-05T08:00:00Z"
    }
  }
}

variables {
  names = ["jira", "crowd"]
}

run "one_rotation_for_each_instance" {
  assert {
    condition     = length(atlassian_dc_aes_rotation.team) == 2
    error_message = "Some instance has no rotation."
  }
}

run "the_interval_can_be_set" {
  command = plan

  variables {
    interval = "30d"
  }

  assert {
    condition     = atlassian_dc_aes_rotation.team["jira"].rotation_interval == "30d"
    error_message = "The interval is not what was asked for."
  }
}
