# By the name of the instance, what the token belongs to as in the REST API, and
# the ID of the token, which the data source atlassian_dc_tokens lists.
terraform import atlassian_bitbucket_http_access_token.deploy bitbucket/projects/OPS/075905477751
terraform import atlassian_bitbucket_http_access_token.mirror bitbucket/projects/OPS/repos/tools/180634477754
terraform import atlassian_bitbucket_http_access_token.bot bitbucket/users/admin/285363477757
