#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# One fuzzer: replays its corpus, then a short run from it.
#
#   run.sh FUZZER INPUTS RUNS MAX_LEN [OPTION]...
#
# INPUTS has one input in base64 on each line. For a long run: RUNS -1 and -max_total_time=3600.
set -u

fuzzer=$(realpath "$1") inputs=$(realpath "$2") runs=$3 max_len=$4
shift 4
work=$(mktemp -d "${TMPDIR:-/tmp}/ust-fuzz.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/new" "$work/corpus"
ulimit -c 0
cd "$work" || exit 1
number=0
while read -r line; do
	number=$((number + 1))
	[ "${line:0:1}" = "#" ] || base64 -d <<<"$line" >"corpus/$number" || exit 1
done <"$inputs"

# No hang over a second, which with the sanitizers and on a loaded machine may be five.
limits=(-timeout=5 -rss_limit_mb=512 -malloc_limit_mb=256)
if ! "$fuzzer" -runs=0 "${limits[@]}" corpus >log 2>&1 ||
	! "$fuzzer" -runs="$runs" -seed=1 -max_len="$max_len" -len_control=0 "${limits[@]}" "$@" \
		new corpus >log 2>&1; then
	tail -n 80 log
	for found in crash-* timeout-* oom-* leak-*; do
		if [ -e "$found" ]; then
			printf 'to be reproduced with: base64 -d <<<"%s" >input\n' "$(base64 -w0 "$found")"
		fi
	done
	exit 1
fi
grep -E 'DONE|INITED' log
