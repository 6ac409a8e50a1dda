#!/bin/sh
# Posts standard input to the chat room behind CHAT_WEBHOOK (Slack, Mattermost,
# Google Chat and others take {"text": ...}), below the title given. Does
# nothing without input or without CHAT_WEBHOOK.
#
#   ./notify.sh "Keys that were rotated elsewhere" < report.txt
#
# Needs curl and jq.
set -eu

report=$(cat)
[ -n "$report" ] && [ -n "${CHAT_WEBHOOK:-}" ] || exit 0
# The URL is a secret: as an argument every user of the machine could read it.
jq -n --arg text "$1
$report" '{text: $text}' |
  curl --silent --show-error --fail --output /dev/null --max-time 30 \
    --header 'Content-Type: application/json' --data-binary @- \
    --config /dev/fd/3 3<<EOC
url = "$CHAT_WEBHOOK"
EOC
