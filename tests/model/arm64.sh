#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# arm64.sh PROGRAM SOURCE...: builds the model for arm64 and runs its shorter scenarios under qemu-user.
set -eu
program=$1
top=$(cd "$(dirname "$0")/../.." && pwd)
shift

aarch64-linux-gnu-gcc-12 -static -O3 -g -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror \
	-DUST_RING_HOST='"tests/model/host-model.h"' -I"$top/include" -I"$top" "$@" -o "$program"
qemu-aarch64 "$program" locked-half-full locked-full-large locked-overwrite fused-nested fused-fast fused-reader \
	fused-deadline fused-overwrite
