#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-only
# Prints the hot path as it was compiled: the loop around the event with one int, its cold block, and
# the fused record function that the cold block calls.
#
#	asm.sh [PROGRAM]	PROGRAM: the benchmark program "bench-latency"
set -eu
program=${1:-${UST_TEST_BUILD:-.}/tests/bench/bench-latency}

if [ ! -x "$program" ]; then
	echo "asm.sh: no program $program: build it with \"ninja tests/bench/bench-latency\" in the build" \
		"directory, and give its path" >&2
	exit 1
fi
objdump -d --no-show-raw-insn "$program" | awk '
	/^[0-9a-f]+ <(run_int|ust_fused_words1)[.a-z0-9]*>:$/ {
		# run_int exists twice; the other is LTTng'"'"'s. The record function exists once for each
		# source, and one of them has no clock.
		name = $2
		block = $0 "\n"
		inside = 1
		next
	}
	inside && /^$/ {
		if (name ~ /run_int/ ? block !~ /lttng|__tracepoint/ : block ~ /rdtsc/ && !printed++)
			printf "%s\n", block
		inside = 0
	}
	inside { block = block $0 "\n" }
'
