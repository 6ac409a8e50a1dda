#!/usr/bin/env bash
# SPDX-License-Identifier: MPL-2.0

# Fails where the matrix of the tests has no line for the version of CLI.
#
# Usage: newest-cli.sh CLI
set -euo pipefail
export CHECKPOINT_DISABLE=1
version=$("$1" version -json | sed -n 's/.*"terraform_version": *"\([0-9]*\.[0-9]*\).*/\1/p')
grep -q "^ *- \"$version\.[*x]\"$" .github/workflows/test.yml || {
  echo "The newest $1 is $version, and .github/workflows/test.yml does not test it: add it, and drop the oldest."
  exit 1
}
