#!/bin/sh
# Plans, and applies what it planned. Nobody approves: a host with cron is for
# estates that agreed to that. Writes the metrics, and the calendar beside them,
# where METRICS names a folder, such as the one of Prometheus' node exporter.
#
# Runs where the configuration is, after terraform init. Exits with other than 0
# where something failed.
set -eu

umask 077
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

code=0
terraform plan -input=false -lock-timeout=5m -detailed-exitcode -out="$work/rotation.tfplan" >"$work/plan.txt" || code=$?
case $code in
  0) ;;
  2)
    terraform show -json "$work/rotation.tfplan" >"$work/show.json"
    ./keys.sh <"$work/show.json" >"$work/report.txt" || [ $? -ne 1 ]
    ./notify.sh "Keys that are rotated now" <"$work/report.txt"
    # The state is locked anew: where another run came between, this plan is
    # refused as stale, and nothing is rotated twice.
    terraform apply -input=false -lock-timeout=5m "$work/rotation.tfplan"
    ;;
  *)
    cat "$work/plan.txt"
    exit "$code"
    ;;
esac

[ -n "${METRICS:-}" ] || exit 0
terraform show -json >"$work/show.json"
./keys.sh metrics <"$work/show.json" >"$METRICS/atlassian_keys.prom.new"
terraform output -raw calendar >"$METRICS/keys.ics.new"
# Readers see the old file or the new one, never half of one.
chmod 644 "$METRICS/atlassian_keys.prom.new" "$METRICS/keys.ics.new"
mv "$METRICS/atlassian_keys.prom.new" "$METRICS/atlassian_keys.prom"
mv "$METRICS/keys.ics.new" "$METRICS/keys.ics"
