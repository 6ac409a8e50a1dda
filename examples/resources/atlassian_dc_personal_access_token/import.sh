# By the name of the instance and the ID of the token, which the data source
# atlassian_dc_tokens lists. Its secret stays unknown until it is rotated.
terraform import atlassian_dc_personal_access_token.ci jira/1
