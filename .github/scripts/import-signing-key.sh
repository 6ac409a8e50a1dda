#!/usr/bin/env bash
# SPDX-License-Identifier: MPL-2.0

# Imports the signing key into a folder of its own and tells the later steps
# where it is. The key has no passphrase: it would be a secret beside a secret.
set -euo pipefail
: "${GPG_PRIVATE_KEY:?the environment release has no such secret}"
GNUPGHOME=$(mktemp -d)
export GNUPGHOME
gpg --batch --quiet --import <<<"$GPG_PRIVATE_KEY"
fingerprint=$(gpg --with-colons --list-secret-keys | sed -n 's/^fpr:*\([0-9A-F]*\):$/\1/p' | head -n 1)
printf 'GNUPGHOME=%s\nGPG_FINGERPRINT=%s\n' "$GNUPGHOME" "$fingerprint" >>"$GITHUB_ENV"
