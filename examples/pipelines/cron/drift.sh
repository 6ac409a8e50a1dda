#!/bin/sh
# Says what happened to keys outside of Terraform. Cron mails what it prints.
#
# Runs where the configuration is, after terraform init. Exits like keys.sh: 0
# for nothing, 1 for an error, 3 for what it prints.
set -eu

umask 077
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

terraform plan -input=false -refresh-only -lock=false -out="$work/drift.tfplan" >"$work/plan.txt" || { cat "$work/plan.txt"; exit 1; }
terraform show -json "$work/drift.tfplan" >"$work/show.json"
code=0
./keys.sh drift <"$work/show.json" >"$work/report.txt" || code=$?
cat "$work/report.txt"
./notify.sh "Keys that were changed outside of Terraform" <"$work/report.txt"
exit "$code"
