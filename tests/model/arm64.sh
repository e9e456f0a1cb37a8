#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# arm64.sh PROGRAM SCENARIO... -- SOURCE...: builds the model for arm64 and runs scenarios under qemu-user.
set -eu
program=$1
top=$(cd "$(dirname "$0")/../.." && pwd)
shift
scenarios=()
while [ "$1" != -- ]; do
	scenarios+=("$1")
	shift
done
shift

aarch64-linux-gnu-gcc-12 -static -O3 -g -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror \
	-DUST_RING_HOST='"tests/model/host-model.h"' -I"$top/include" -I"$top" "$@" -o "$program"
qemu-aarch64 "$program" "${scenarios[@]}"
