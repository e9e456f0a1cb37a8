#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# arm64.sh DIRECTORY TEST... -- SOURCE...: builds unit tests and what they test for arm64 and runs them under
# qemu-user. cmocka's header is Debian's, its library ours; what needs libelf or patches text stays out.
set -eu
out=$1
top=$(cd "$(dirname "$0")/../.." && pwd)
shift
tests=()
while [ "$1" != -- ]; do
	tests+=("$1")
	shift
done
shift

mkdir -p "$out"
cd "$out"
rm -f ./*.o libparts.a
# The header of liburcu's lists is the same everywhere, but lies where this machine's own are.
compile=(aarch64-linux-gnu-gcc-12 -O1 -g -std=gnu11 -D_GNU_SOURCE -fno-pie -Wall -Wextra -Werror
	-I"$top/include" -I"$top" -idirafter /usr/include -idirafter /usr/include/x86_64-linux-gnu -c)
for source in "$@"; do
	# Two folders have a clock.c.
	"${compile[@]}" "$source" -o "$(basename "$(dirname "$source")")-$(basename "$source" .c).o"
done
aarch64-linux-gnu-ar rcs libparts.a ./*.o
"${compile[@]}" "$top/tests/unit/cmocka-alone.c" -o cmocka-alone.o
for test in "${tests[@]}"; do
	"${compile[@]}" "$top/tests/unit/$test.c" -o "$test.o"
	aarch64-linux-gnu-gcc-12 -static -no-pie "$test.o" cmocka-alone.o libparts.a -o "$test" -lpthread
	qemu-aarch64 "./$test"
done
