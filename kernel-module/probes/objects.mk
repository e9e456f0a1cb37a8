# SPDX-License-Identifier: GPL-2.0-only
# The probes of the kernel that is built for; included by Kbuild.
#
# probes.o is made by the generator, which runs the compiler itself and decides what is up to date.
# UST_PROBES="sched irq" in the environment builds these headers' probes alone, to try things out.
ust-trace-y += \
	probes/bare.o \
	probes/ears.o \
	probes/events.o \
	probes/generated.o \
	probes/raw.o \
	probes/raw-layout.o \
	probes/syscall-types.o \
	probes/syscalls.o \
	probes/made/probes.o

ccflags-y += -I$(src)/gen/include

$(obj)/probes/made/probes.o: FORCE
	$(Q)python3 $(src)/gen/generate --kdir $(abspath $(objtree)) \
		--out $(abspath $(obj))/probes/made $(if $(UST_JOBS),--jobs $(UST_JOBS)) --cflags="$(ccflags-y)" $(addprefix --only ,$(UST_PROBES)) >&2
