#!/bin/sh
# Says which keys have expired or expire soon. Cron mails what it prints.
#
# Runs where the configuration is, after terraform init. Exits like keys.sh: 0
# for nothing, 1 for an error, 3 for what it prints.
set -eu

umask 077
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

terraform plan -input=false -refresh-only -lock=false -out="$work/expiry.tfplan" >"$work/plan.txt" || { cat "$work/plan.txt"; exit 1; }
terraform show -json "$work/expiry.tfplan" >"$work/show.json"
code=0
./keys.sh expiry <"$work/show.json" >"$work/report.txt" || code=$?
cat "$work/report.txt"
./notify.sh "Keys that expire" <"$work/report.txt"
exit "$code"
