# Against the simulator, whose variables are in the environment: everything
# happens, and nothing of it is real.
provider "atlassian" {}

variables {
  names = ["jira", "crowd"]
}

run "creation_rotates" {
  assert {
    condition     = alltrue([for rotation in atlassian_dc_aes_rotation.team : rotation.rotation_reason == "creation"])
    error_message = "Some key was not rotated."
  }
}

run "a_change_rotates_in_place" {
  variables {
    change = "CHG-1001"
  }

  assert {
    condition     = alltrue([for rotation in atlassian_dc_aes_rotation.team : length(rotation.inactive_keys) == 2])
    error_message = "Each instance has been rotated twice, and so has two inactive keys."
  }
}

run "nothing_more_happens" {
  variables {
    change = "CHG-1001"
  }

  assert {
    condition     = alltrue([for rotation in atlassian_dc_aes_rotation.team : length(rotation.inactive_keys) == 2])
    error_message = "Some key was rotated again."
  }
}
