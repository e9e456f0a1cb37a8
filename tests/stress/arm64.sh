#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# arm64.sh PROGRAM SOURCE...: builds torture for arm64 and runs it under qemu-user. There the fused path
# does not exist: every event goes through the reserve/commit rings, with that architecture's atomics.
set -eu
program=$1
shift
top=$(cd "$(dirname "$0")/../.." && pwd)

aarch64-linux-gnu-gcc-12 -static -O2 -g -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror \
	-I"$top/include" -I"$top" "$@" -o "$program" -lpthread
for run in "seconds=3 subbuf=4096" "seconds=3 sizes=1 large=1" "seconds=3 overwrite=1 subbuf=16384"; do
	echo "== $run"
	# shellcheck disable=SC2086 # words are wanted
	qemu-aarch64 "$program" $run
done
