#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# Installs what is missing of tests/packages.txt, for the purposes named: packages.sh build show test
set -eu

list=$(dirname "$0")/packages.txt
missing=()
while read -r package purpose _; do
	case " $* " in
	*" $purpose "*) ;;
	*) continue ;;
	esac
	status=$(dpkg-query -W -f '${db:Status-Abbrev}' "$package" 2>/dev/null || true)
	case "$status" in
	ii*) ;;
	*) missing+=("$package") ;;
	esac
done < <(grep -v '^#' "$list")

[ ${#missing[@]} -gt 0 ] || exit 0

as_root=()
if [ "$(id -u)" != 0 ]; then
	if ! command -v sudo >/dev/null; then
		echo "These packages are missing, and there is no sudo to install them with:" >&2
		echo "  ${missing[*]}" >&2
		echo "Run as root: apt-get install ${missing[*]}" >&2
		exit 1
	fi
	as_root=(sudo)
fi
echo "Installing: ${missing[*]}"
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq update </dev/null
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 \
	apt-get -qq -y --no-install-recommends install "${missing[@]}" </dev/null >/dev/null
