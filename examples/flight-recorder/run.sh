#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# run.sh [TRACE]: needs ustctl in PATH ("meson devenv -C build") and the server built.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
trace=${1:-$(mktemp -d /tmp/ust-flight.XXXXXX)/trace}
server=${SERVER:-$here/server}

if [ ! -x "$server" ]; then
	server=$(mktemp -d /tmp/ust-flight.XXXXXX)/server
	# shellcheck disable=SC2046 # words are wanted
	cc -O2 "$here/server.c" -o "$server" $(pkg-config --cflags ust)
fi
ustctl record --overwrite --subbuf-size 4k --num-subbuf 4 -o "$trace" -- "$server" || true
echo "The last events before the crash:"
ustctl view "$trace" | tail -n 5
