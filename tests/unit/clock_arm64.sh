#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# clock_arm64.sh DIRECTORY: the clock's image, its loader and <ust/clock.h> built for arm64, run under
# qemu-user. The image has to be as free of relocations as the other one.
set -eu
out=$1
top=$(cd "$(dirname "$0")/../.." && pwd)
cc=aarch64-linux-gnu-gcc-12

mkdir -p "$out"
"$cc" -O2 -std=gnu11 -ffreestanding -fPIC -fvisibility=hidden -fno-stack-protector -Wall -Wextra \
	-Werror -I"$top/include" -nostdlib -shared -s -Wl,-T,"$top/vdso-clock/image.lds" \
	-Wl,--hash-style=both -Wl,--build-id=none -Wl,--eh-frame-hdr -Wl,-soname=ust-clock.so.1 \
	-Wl,-z,noexecstack -o "$out/ust-clock.so" "$top/vdso-clock/image.c"
readelf -rW "$out/ust-clock.so" | grep -q "no relocations"
python3 "$top/vdso-clock/embed.py" "$out/ust-clock.so" "$out/clock-image.h"
"$cc" -static -O2 -g -std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Werror -I"$top/include" -I"$top" \
	-I"$out" -o "$out/clock" "$top"/libust/clock/*.c "$top/tests/unit/clock_arm64.c"
qemu-aarch64 "$out/clock"
