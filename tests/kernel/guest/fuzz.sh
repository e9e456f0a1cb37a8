# SPDX-License-Identifier: GPL-2.0-only
# The kernel's log tells the rest.
before=$(awk '/MemFree/ { print $2 }' /proc/meminfo)
"$UST_PROGS/kfuzz" "${UST_FUZZ_SECONDS:-8}" $RANDOM && echo "ok - survived" || echo "not ok - kfuzz ended badly"
rmmod ust-trace && insmod "$UST_MODULES/ust-trace.ko" && echo "ok - no reference was left" ||
	echo "not ok - a reference was left"
