#!/bin/sh
# SPDX-License-Identifier: MPL-2.0

# Run from the root: breaks a copy of the sources with each patch beside this
# script, or with those that are named, and expects every test that the patch
# names to fail. A test that still passes guards nothing.
set -eu

here=internal/mutations
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT INT TERM
survived=0

# fails PACKAGE TEST succeeds where the test is there and fails.
fails() {
	said=$(cd "$scratch/copy" && go test -count=1 -timeout 3m -run "^$2\$" "$1" 2>&1) && return 1
	case $said in
	*'[build failed]'* | *'[setup failed]'*)
		echo "$said"
		echo "The patch does not build."
		exit 1
		;;
	esac
}

[ $# -gt 0 ] || set -- "$here"/*.patch
for patch; do
	rm -rf "$scratch/copy"
	mkdir "$scratch/copy"
	git ls-files -co --exclude-standard | grep -v '^docs/' | tar -cf - -T - | tar -xf - -C "$scratch/copy"
	(cd "$scratch/copy" && patch -s -p1) <"$patch"
	sed -n 's/^What: /==> Broken: /p' "$patch"
	sed -n 's/^Fails: //p' "$patch" >"$scratch/tests"
	while read -r package test; do
		if fails "$package" "$test"; then
			echo "    $test fails, as it must"
		else
			echo "    $test passes all the same"
			survived=$((survived + 1))
		fi
	done <"$scratch/tests"
done
[ "$survived" -eq 0 ] || {
	echo "$survived tests do not see what they guard against."
	exit 1
}
