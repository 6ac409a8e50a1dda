#!/usr/bin/env bash
# SPDX-License-Identifier: MPL-2.0

# Fails where users will notice a change since commit BASE of which no file in
# .changes/unreleased tells. Tests, tools and pages need none.
#
# Usage: changelog-entry.sh BASE
set -euo pipefail
changed=$(git diff --name-only "$1...HEAD")
if ! grep -v '_test\.go$' <<<"$changed" | grep -Eq '^(main\.go|go\.mod|internal/(provider|atlassian|rotation)/)'; then
  echo 'Nothing changed that users would notice.'
elif grep '^\.changes/' <<<"$changed"; then
  echo 'The change log tells of it.'
else
  echo 'Add a file to .changes/unreleased, as CONTRIBUTING.md says, or the label no-changelog.'
  exit 1
fi
