# By the name of the instance in the provider block. Importing never rotates.
terraform import atlassian_dc_aes_rotation.jira jira
