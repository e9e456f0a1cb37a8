# SPDX-License-Identifier: GPL-2.0-only
# Many events, all CPUs at once, read while they are recorded; host/load.py reads the traces. Not all
# events there are: patching that many sites in parallel vCPUs is what QEMU hangs at.
if [ "${UST_LONG:-}" ]; then
	rounds=10 files=/usr/include/linux
else
	rounds=1 files=/usr/include/linux/netfilter
fi
work='for round in $(seq '$rounds'); do
	for i in 1 2 3 4; do
		(ls -lR '$files' >/dev/null; find '$files' >/dev/null) &
	done
	wait
done'
"$UST_PROGS/kcat" -l -b 262144 -n 16 -w 200000 "$UST_OUT/all" "sched,irq,timer,signal,power,raw_syscalls,workqueue" bash -c "$work" && echo "ok - recorded" ||
	echo "not ok - recorded"
"$UST_PROGS/kcat" -b 4096 -n 4 "$UST_OUT/small" "sched,irq,timer" bash -c "$work" && echo "ok - small buffers" ||
	echo "not ok - small buffers"
"$UST_PROGS/kcat" -d -b 1048576 -n 8 "$UST_OUT/dump" "irq" sleep 1 && echo "ok - state dump" ||
	echo "not ok - state dump"
