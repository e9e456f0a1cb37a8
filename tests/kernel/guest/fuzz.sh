# SPDX-License-Identifier: GPL-2.0-only
# The kernel's log tells the rest.
"$UST_PROGS/kfuzz" $([ "${UST_LONG:-}" ] && echo 60 || echo 4) $RANDOM && echo "ok - survived" || echo "not ok - kfuzz ended badly"
rmmod ust-trace && insmod "$UST_MODULES/ust-trace.ko" && echo "ok - no reference was left" ||
	echo "not ok - a reference was left"
