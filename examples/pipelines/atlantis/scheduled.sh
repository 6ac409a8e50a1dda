#!/bin/sh
# Has Atlantis plan a project of atlantis.yaml, for cron or any other scheduler:
# due, drift or expiry. Exits with other than 0 where Atlantis cannot be asked or
# the project fails, and so where it found something.
#
#   ./scheduled.sh drift
#
# ATLANTIS_URL, ATLANTIS_API_SECRET (the server's api-secret), REPOSITORY
# (owner/name) and VCS (Github, Gitlab, ...) come from the environment.
# See https://www.runatlantis.io/docs/api-endpoints.html. There is no "apply": of
# what has no pull request nobody could approve the plan.
set -eu

jq -n --arg repository "$REPOSITORY" --arg type "${VCS:-Github}" --arg project "$1" \
  '{Repository: $repository, Ref: "main", Type: $type, Projects: [$project]}' |
  curl --silent --show-error --fail --output /dev/null --max-time 3600 \
    --header 'Content-Type: application/json' --data-binary @- \
    --config /dev/fd/3 "$ATLANTIS_URL/api/plan" 3<<EOC
header = "X-Atlantis-Token: $ATLANTIS_API_SECRET"
EOC
