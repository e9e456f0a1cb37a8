#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# From a fresh Debian 12 to a trace: installs what the build needs, builds, traces two programs, shows
# the traces. Run it again as often as you like.
#
#   UST_BUILD=DIR    where to build (default: build in the tree)
#   UST_OUTPUT=DIR   where the traces go (default: ust-traces in the current directory)
set -eu

top=$(cd "$(dirname "$0")/.." && pwd)
build=${UST_BUILD:-$top/build}
output=${UST_OUTPUT:-${PWD%/}/ust-traces}
ustctl=$build/libustctl/ustctl

say()
{
	printf '\n== %s\n' "$*"
}

# A command as it would be typed, with a space in front of each word.
typed()
{
	local word line=
	for word; do
		case $word in
		*[!A-Za-z0-9_./=:-]*) line+=" ${word@Q}" ;;
		*) line+=" $word" ;;
		esac
	done
	printf '%s' "$line"
}

# Shows a command as it would be typed, then runs it.
show()
{
	printf '\n$%s\n' "$(typed "$@")"
	"$@"
}

# Keeps the last state readable when something goes wrong in a quiet step.
quiet()
{
	local log
	log=$(mktemp)
	if ! "$@" >"$log" 2>&1; then
		tail -n 40 "$log" >&2
		rm -f "$log"
		printf 'This failed: %s\n' "$*" >&2
		exit 1
	fi
	rm -f "$log"
}

# The first lines of a long output, without an error of the command whose pipe we close.
first()
{
	local lines=$1
	shift
	printf '\n$%s | head -n %s\n' "$(typed "$@")" "$lines"
	("$@" 2>/dev/null || true) | head -n "$lines"
}

say "Packages"
"$top/tests/packages.sh" build show
echo "All there."

say "Building in $build"
if [ ! -f "$build/build.ninja" ]; then
	quiet meson setup "$build" "$top" -Dtests=disabled
fi
quiet ninja -C "$build"
echo "Built."

rm -rf "$output/python-malloc" "$output/typed-event"
mkdir -p "$output"
PATH=$(dirname "$ustctl"):$PATH

say "An unmodified program: every allocation of a Python script"
show ustctl record -o "$output/python-malloc" -p malloc -- \
	python3 -c 'print("hello from python:", sum(len(str(i)) for i in range(1000)))'
first 8 ustctl view "$output/python-malloc"
first 12 ustctl stats "$output/python-malloc"

say "A program with events of its own: examples/typed-event"
show ustctl record -o "$output/typed-event" "$build/examples/typed-event"
first 8 ustctl view "$output/typed-event"
first 12 babeltrace2 "$output/typed-event"

say "The traces are here"
echo "$output/python-malloc"
echo "$output/typed-event"
cat <<END

Look at them with:  $ustctl view DIR
              or:  $ustctl stats DIR
              or:  babeltrace2 DIR
Run the tests with: $top/tests/run.sh
END
