#!/usr/bin/env bash
# SPDX-License-Identifier: MPL-2.0

# Publishes the files in dist/ that were signed, verified and attested: these
# very bytes. The release shows when all of them are there.
set -euo pipefail
tag=$GITHUB_REF_NAME
manifest=dist/terraform-provider-atlassian_${tag#v}_manifest.json
cp terraform-registry-manifest.json "$manifest"

options=(--verify-tag --title "$tag" --notes-file ".changes/$tag.md")
case $tag in
*-*) options+=(--prerelease) ;;
esac
gh release create "$tag" "${options[@]}" --draft \
  dist/*.zip dist/*_SHA256SUMS dist/*_SHA256SUMS.sig dist/*_sbom.cdx.json "$manifest"
gh release edit "$tag" --draft=false
