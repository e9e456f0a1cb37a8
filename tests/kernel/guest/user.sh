# SPDX-License-Identifier: GPL-2.0-only
# What a user does, with the module: the system tests of kernel events find it loaded. Then what is
# said and done once it is not.
point() { # status what detail
	[ "$1" = 0 ] && echo "ok - $2" || echo "not ok - $2"
	echo "# $3"
}
has() { # text pattern
	case $1 in *$2*) return 0 ;; esac
	return 1
}
top=$(cd "$(dirname "$0")/../../.." && pwd)
ustctl=$UST_TEST_BUILD/libustctl/ustctl

python3 -B "$top/tests/system/test_kernel.py"

told=$($ustctl doctor | grep -A2 "kernel module")
has "$told" "ust-trace.ko, " && has "$told" "events, buffers use 0 of"
point $? "doctor: the module is loaded" "$told"
rmmod ust-trace
told=$($ustctl doctor | grep -A2 "kernel module")
has "$told" "ust-trace.ko is not loaded" && has "$told" "make -C kernel-module install"
point $? "doctor: what to do when it is not" "$told"
told=$($ustctl record -o "$UST_OUT/trace" -k sched -- true 2>&1 >/dev/null)
has "$told" "through tracefs" && has "$told" "the module ust-trace is not loaded (modprobe ust-trace)"
point $? "record: takes tracefs and says why" "$told"
$ustctl shutdown
insmod "$UST_MODULES/ust-trace.ko"
