#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# Everything from a fresh Debian 12 to the verdict: installs what is missing, builds with gcc, clang
# and the sanitizers, runs the tests. The last line is "N passed, N failed, N skipped"; the exit
# status is 0 only if nothing failed.
#
#   UST_BUILD=DIR    build directories DIR, DIR-clang, DIR-sanitize (default: build in the tree)
set -u

top=$(cd "$(dirname "$0")/.." && pwd)
build=${UST_BUILD:-$top/build}
export LC_ALL=C.UTF-8

exec </dev/null

work=$(mktemp -d /tmp/ust-tests.XXXXXX)
# Some tests run programs as another user.
chmod 711 "$work"
export UST_RUNTIME_DIR=$work/run
export TMPDIR=$work
export HOME=${HOME:-$work}
unset UST_SCOPE UST_LISTEN UST_DEBUG UST_USTD UST_LIBDIR LD_PRELOAD

# A ustd of ours carries our directory in its environment; nobody else's does.
stop_daemons()
{
	local pid
	for pid in $(pgrep -x ustd); do
		# It may end by itself meanwhile.
		if grep -qz "=$work" "/proc/$pid/environ"; then
			kill "$pid"
		fi
	done 2>/dev/null
}

finish()
{
	local job
	for job in "${!jobs[@]}"; do
		kill -- "-${jobs[$job]}" 2>/dev/null
	done
	stop_daemons
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

broken=0
results=()
declare -A jobs

# step NAME COMMAND...: quiet when it works; counts as one failed test when it does not.
step()
{
	local name=$1 log=$work/step-$BASHPID.log
	shift
	printf -- '-- %s\n' "$name"
	if ! "$@" >"$log" 2>&1; then
		tail -n 60 "$log"
		printf 'FAILED: %s\n' "$name"
		broken=$((broken + 1))
		return 1
	fi
}

# build DIR CC CXX MESON-OPTION...
build_in()
{
	local dir=$1 cc=$2 cxx=$3
	shift 3
	if [ -f "$dir/build.ninja" ]; then
		step "configure $dir" meson configure "$dir" "$@" || return 1
	else
		step "configure $dir" env CC="$cc" CXX="$cxx" meson setup "$dir" "$top" "$@" || return 1
	fi
	step "compile $dir" ninja -C "$dir" all meson-test-prereq
}

# later NAME COMMAND...: begins it on what the rest leaves of the CPUs.
later()
{
	local name=$1
	shift
	set -m
	{
		chrt --idle --pid 0 "$BASHPID"
		"$@"
	} >"$work/$name.out" 2>&1 &
	jobs[$name]=$!
	set +m
}

# await NAME: its output and status; counts as one failed test when it failed.
await()
{
	local name=$1 pid=${jobs[$1]} status
	wait "$pid"
	status=$?
	unset "jobs[$name]"
	cat "$work/$name.out"
	[ "$status" = 0 ] || broken=$((broken + 1))
	return "$status"
}

# test_in DIR MESON-TEST-ARGUMENT...
test_in()
{
	local dir=$1
	shift
	rm -f "$dir/meson-logs/testlog.json"
	meson test -C "$dir" --no-rebuild --print-errorlogs "$@" 2>&1 |
		grep --line-buffered -v -e '^ninja: ' -e '^Full log' -e '^$'
	if [ -s "$dir/meson-logs/testlog.json" ]; then
		cp "$dir/meson-logs/testlog.json" "$work/results-${#results[@]}.json"
		results+=("$work/results-${#results[@]}.json")
	else
		printf 'FAILED: no test ran in %s\n' "$dir"
		broken=$((broken + 1))
	fi
	stop_daemons
}

# The system tests once more with the ustd of the sanitizers, which also says what it leaked, and then
# with their libust in the programs as well. What these leak is their own, and a program with another C
# library (silence) has no use for the sanitizers' runtime.
test_sanitized()
{
	local log
	export UST_TEST_USTD=$build-sanitize/ustd/ustd
	export ASAN_OPTIONS=log_path=$work/sanitizer UBSAN_OPTIONS=log_path=$work/sanitizer
	test_in "$build" sessions silence
	export UST_TEST_LIBUST=$build-sanitize/libust UST_TEST_PRELOAD
	UST_TEST_PRELOAD=$(realpath "$(gcc -print-file-name=libasan.so)")
	# record preloads libust in front of what is there already.
	ASAN_OPTIONS+=:verify_asan_link_order=0:detect_leaks=0
	test_in "$build" native processes sessions
	unset UST_TEST_USTD UST_TEST_LIBUST UST_TEST_PRELOAD ASAN_OPTIONS UBSAN_OPTIONS
	for log in "$work"/sanitizer.*; do
		[ -e "$log" ] || continue
		head -n 40 "$log"
		printf 'FAILED: with sanitizers\n'
		broken=$((broken + 1))
	done
}

verdict()
{
	python3 "$top/tests/count.py" --also-failed "$broken" "${results[@]}"
}

main()
{
	local built
	step "packages" "$top/tests/packages.sh" build show test || return 1
	build_in "$build" gcc g++ -Dwerror=true -Dtests=enabled
	built=$?
	later clang build_in "$build-clang" clang clang++ -Dwerror=true
	later sanitize build_in "$build-sanitize" gcc g++ -Dwerror=true \
		-Db_sanitize=address,undefined -Db_lundef=false
	if [ "$built" = 0 ]; then
		# What boots for minutes, or other kernels, is for whoever changes it.
		test_in "$build" --no-suite kernel-long --no-suite kernel-flavours
	fi
	if await clang; then
		test_in "$build-clang" --suite unit
	fi
	if await sanitize; then
		test_in "$build-sanitize" --suite unit --suite stress --suite model
		test_sanitized
	fi
}

# One command, so that the shell has read all of this file before the tests begin.
{
	main
	verdict
	exit
}
