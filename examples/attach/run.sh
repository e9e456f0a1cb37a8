#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Records half a second of a program that knows nothing of it, and shows what it called.
#
#   USTCTL=PATH   the ustctl to use (default: that of the build tree "build", else of PATH)
set -eu

here=$(cd "$(dirname "$0")" && pwd)
ustctl=${USTCTL:-$here/../../build/libustctl/ustctl}
[ -x "$ustctl" ] || ustctl=ustctl
work=$(mktemp -d)

python3 -c '
import os, sys, time, zlib
open(sys.argv[1], "w").close()
out = os.open("/dev/null", os.O_WRONLY)
while True:
    os.write(out, zlib.compress(b"what it does all day " * 50))
    time.sleep(0.001)
' "$work/ready" &
program=$!
trap 'kill $program; rm -rf "$work"' EXIT
until [ -e "$work/ready" ]; do
	sleep 0.05
done

"$ustctl" doctor "$program"
"$ustctl" attach -p malloc,io --call 'libz.so:deflate(ptr strm, int flush) -> int' \
	--duration 0.5 -o "$work/trace" "$program"
"$ustctl" stats "$work/trace" | sed -n '/count/,/^$/p'
kill -0 "$program" && echo "the program runs on"
