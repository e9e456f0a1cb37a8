# SPDX-License-Identifier: GPL-2.0-only
# A bug in the middle of two records: the log has to show how deep and what was last.
echo "ok - about to oops"
sync
dmesg -n 8
"$UST_PROGS/kcat" /run/trace sched:sched_switch sh -c 'echo oops >/sys/kernel/debug/ust_selftest'
