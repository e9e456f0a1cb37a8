#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
# run.sh [TRACE [FILE]]: as root, with ustctl in PATH ("meson devenv -C build") and the program built.
# FILE: what the program writes; it should be on a disk, not in memory.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
trace=${1:-$(mktemp -d /tmp/ust-disk.XXXXXX)/trace}
file=${2:-/var/tmp/ust-disk.$$}
program=${PROGRAM:-$here/disk}

if [ ! -x "$program" ]; then
	program=$(mktemp -d /tmp/ust-disk.XXXXXX)/disk
	# shellcheck disable=SC2046 # words are wanted
	cc -O2 "$here/disk.c" -o "$program" $(pkg-config --cflags ust)
fi
ustctl record -o "$trace" \
	-k 'syscalls:write,syscalls:fdatasync,block:block_rq_issue,block:block_rq_complete,irq,sched:sched_switch' \
	-- "$program" "$file"
echo "One save, from the program through the kernel to the disk and back:"
ustctl view "$trace" | sed -n '/disk:save_begin { number = 3,/,/disk:save_end { number = 3,/p'
