#!/usr/bin/env bash
# SPDX-License-Identifier: MPL-2.0

# Builds the release of HEAD twice, signs it with a key that is thrown away,
# compares the two builds, and installs one from a registry on loopback.
# Publishes nothing and leaves nothing behind.
#
# Usage: check.sh CLI
set -euo pipefail
cli=$1
root=$(git -C "$(dirname "${BASH_SOURCE[0]}")" rev-parse --show-toplevel)

if ! command -v gpg >/dev/null; then
  echo 'Left out, because gpg is not on PATH: nothing could be signed.'
  [ -z "${CI:-}" ]
  exit
fi
if [ -n "$(git -C "$root" status --porcelain)" ]; then
  echo 'What is not committed is not part of this release.'
fi

work=$(mktemp -d)
export GNUPGHOME="$work/gnupg"
trap 'gpgconf --kill all || true; chmod -R u+w "$work"; rm -rf "$work"' EXIT
mkdir -m 700 "$GNUPGHOME"
# The registry takes RSA and DSA keys only.
gpg --quiet --batch --passphrase '' --quick-generate-key 'Thrown away <nobody@example.com>' rsa3072 sign never
GPG_FINGERPRINT=$(gpg --with-colons --list-secret-keys | sed -n 's/^fpr:*\([0-9A-F]*\):$/\1/p')
export GPG_FINGERPRINT

# Somebody may commit meanwhile: both are the same commit.
git clone --quiet "$root" "$work/first"
git clone --quiet "$work/first" "$work/second"
for build in first second; do
  echo "==> Building: $build"
  # What is not in the commit must not show in the files.
  find "$work/$build" -name .git -prune -o -type f -exec touch {} +
  make --no-print-directory -C "$work/$build" snapshot >"$work/$build.log" 2>&1 || { cat "$work/$build.log"; exit 1; }
done

echo '==> Comparing the two builds'
diff -rq --exclude='*.sig' --exclude=metadata.json --exclude=artifacts.json --exclude=config.yaml "$work/first/dist" "$work/second/dist"

make --no-print-directory -C "$work/first" release-verify CLI="$cli"
