#!/bin/sh
# Says which keys need somebody, in one line for each resource.
#
#   terraform show -json PLAN > show.json   # without PLAN: the state
#   ./keys.sh [KIND ...] < show.json
#   ./keys.sh metrics < show.json           # for Prometheus' textfile collector
#
# Kinds, all of them by default:
#   due     a rotation, a retry or a repair that the next apply makes
#   drift   something that happened outside of Terraform
#   expiry  a key that has expired or expires soon
#
# Exit codes:
#   0  nothing
#   1  an error, such as input that terraform show -json did not write
#   2  something that the next apply sees to (due)
#   3  something that a person has to look at (drift, expiry)
#
# Needs jq, 1.6 or later.
set -eu

shared='
def resources: (.resources // [])[], ((.child_modules // [])[] | resources);

def keys_of_state:
  (.prior_state // .) | .values.root_module // {} | resources
  | select(.mode == "managed" and (.type | startswith("atlassian_")));

def name:
  if .type == "atlassian_org_api_key" then "key \(.values.label // .values.key_id)"
  elif .type == "atlassian_tunnel_token" then "tunnel \(.values.name // .values.hostname)"
  elif .type == "atlassian_dc_aes_rotation" then .values.instance
  elif .type | endswith("_access_token") then "token \(.values.name) of \(.values.instance)"
  else .address end;

def seconds: sub("\\.[0-9]+"; "") | sub("\\+00:00$"; "Z") | fromdateiso8601;

def present: if .timestamp then .timestamp | seconds else now end;

def checked:
  if type == "object" and has("format_version") then .
  else error("the input is not what terraform show -json writes") end;

(try input catch null) | checked | present as $now
'

report='
def drift($elsewhere):
  if .values.status == "revoked" or .values.status == "missing" then "is \(.values.status)"
  elif .values.drift_acknowledged != false and ($elsewhere | not) then empty
  elif .values.rotation_origin != "external" then "changed elsewhere"
  elif .values.last_rotated_by then "rotated elsewhere by \(.values.last_rotated_by) at \(.values.last_rotated_at)"
  else "rotated elsewhere at \(.values.last_rotated_at)" end;

def due($planned):
  if .values.rotation_attempted_at then "not seen to rotate at \(.values.rotation_attempted_at)"
  elif .values.rotation_due then "due since \(.values.next_rotation_at)"
  elif .values.instance and .values.delivered == false then "down until its token is delivered"
  elif $planned | not then empty
  elif $planned.rotation_reason then "rotates (\($planned.rotation_reason))"
  else "rotates" end;

def expiry:
  if .values.status == "expired" then "expired at \(.values.expires_at)"
  elif .values.status == "active" and .values.expires_soon
  then "expires in \((.values.expires_at | seconds) - $now | . / 86400 | floor) d"
  else empty end;

([(.resource_drift // [])[]
  | select(.change.after.rotation_origin? == "external"
      and .change.before.last_rotated_at? != .change.after.last_rotated_at?)
  | {(.address): true}] | add // {}) as $elsewhere
| ([(.resource_changes // [])[]
  | select(.change.actions == ["update"] and .change.after_unknown.last_rotated_at? == true)
  | {(.address): .change.after}] | add // {}) as $planned
| keys_of_state
| . as $key
| [{kind: "drift", code: 3, says: drift($elsewhere[.address])},
   {kind: "due", code: 2, says: due($planned[.address])},
   {kind: "expiry", code: 3, says: expiry}]
| map(select(.kind | IN($kinds | splits(" "))))
| select(length > 0)
| "\(map(.code) | max) \($key | name) \(map(.says) | join("; "))"
'

metrics='
def gauge($metric; $help; value):
  [.[] | . as $key | value | "\($metric){address=\($key.address | tojson),name=\($key | name | tojson)} \(.)"]
  | select(length > 0)
  | "# HELP \($metric) \($help)", "# TYPE \($metric) gauge", .[];

[keys_of_state]
| gauge("atlassian_key_age_seconds"; "Time since the key was rotated or created, as of this run.";
    .values.last_rotated_at // .values.created_at // empty | $now - seconds),
  gauge("atlassian_key_next_rotation_timestamp_seconds"; "When the next rotation is due.";
    .values.next_rotation_at // empty | seconds),
  gauge("atlassian_key_expiry_timestamp_seconds"; "When the key expires.";
    .values.expires_at // empty | seconds),
  gauge("atlassian_key_due"; "Whether the next apply rotates by schedule.";
    .values.rotation_due | select(. != null) | if . then 1 else 0 end)
'

if [ "$*" = metrics ]; then
  jq -nr "$shared | $metrics" || exit 1
  exit 0
fi
kinds=${*:-due drift expiry}
for kind in $kinds; do
  case $kind in
    due | drift | expiry) ;;
    *) sed -n '2,/^set/s/^# \{0,1\}//p' "$0" >&2; exit 1 ;;
  esac
done
found=$(jq -nr --arg kinds "$kinds" "$shared | $report") || exit 1
[ -n "$found" ] || exit 0
printf '%s\n' "$found" | cut -d ' ' -f 2-
case "
$found" in
  *"
3 "*) exit 3 ;;
  *) exit 2 ;;
esac
