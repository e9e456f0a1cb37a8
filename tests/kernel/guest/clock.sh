# SPDX-License-Identifier: GPL-2.0-only
# The clock in the kernel, in its image and inline: one order, whoever reads, mapped or copied; NMIs in
# the middle of updates; what doctor says of it.
point() { # status what detail
	[ "$1" = 0 ] && echo "ok - $2" || echo "not ok - $2"
	echo "# $3"
}
has() { # text pattern
	case $1 in *$2*) return 0 ;; esac
	return 1
}
seconds=$([ "${UST_LONG:-}" ] && echo 20 || echo 1)
nobody="setpriv --reuid 65534 --regid 65534 --clear-groups"
debug=/sys/kernel/debug/ust-clock/selftest
build=$UST_TEST_BUILD
file=/sys/devices/system/clocksource/clocksource0/current_clocksource
source=$(cat $file)
[ "$source" = tsc ] && mode="mode 1" || mode="mode 2"

mode_is=$(stat -c %a /dev/ust-clock)
[ "$mode_is" = 444 ]
point $? "the device has mode 0444" "$mode_is"

pingpong() { # what way command...
	what=$1 way=$2
	shift 2
	out=$("$@" "$UST_PROGS/clock-pingpong" $seconds) && has "$out" "$mode way $way " && has "$out" "violations 0"
	point $? "kernel <= image <= inline <= kernel: $what" "$out"
}
pingpong root 1 env
pingpong "an unprivileged user" 1 $nobody
mount -o remount,noexec /dev
pingpong "an unprivileged user, /dev noexec" 2 $nobody
mount -o remount,exec /dev

echo $((seconds * 500)) >$debug
point $? "NMIs inside updates see whole copies" "$(cat $debug)"
! (echo "200 broken" >$debug) 2>/dev/null && ! has "$(cat $debug)" "torn 0 "
point $? "the same with the rule broken is noticed" "$(cat $debug)"

exec 9</dev/ust-clock
! rmmod ust-clock 2>/dev/null
point $? "the module stays while the clock is open" ""
exec 9<&-

doctor=$("$build/libustctl/ustctl" doctor | grep -E '^[a-zA-Z]+ +clock')
if [ "$source" = tsc ]; then
	has "$doctor" "cycle counter (tsc)" && has "$doctor" "uncertainty"
else
	has "$doctor" "the kernel does not trust the tsc"
fi && has "$doctor" "ust-clock.ko"
point $? "doctor tells of clock and module" "$doctor"

# The kernel changes its mind while a program is recorded.
if [ "$source" = tsc ]; then
	clocked="$build/tests/system/progs/clocked-linked 100"
	told=$("$build/libustctl/ustctl" record -o "$UST_OUT/trace" -- sh -c \
		"$clocked && echo hpet >${file} && $clocked" 2>&1 >/dev/null)
	has "$told" "events   200" && has "$told" "became unstable" &&
		has "$("$build/libustctl/ustctl" view "$UST_OUT/trace" | grep ust:clock_unstable)" hpet
	point $? "a clock source that changes is told by record and in the trace" "$told"
	refused=$("$build/libustctl/ustctl" record --clock tsc -o "$UST_OUT/none" -- true 2>&1)
	echo tsc >$file
	has "$refused" "hpet" && ! has "$refused" "events"
	point $? "--clock tsc is refused then" "$refused"
	"$build/libustctl/ustctl" shutdown
fi
