# SPDX-License-Identifier: GPL-2.0-only
"""Which guests are booted, and what runs in each. A boot costs about ten seconds, so each does much.

A script is guest/NAME.py or guest/NAME.sh; it prints "ok - what" and "not ok - what". What it leaves
in $UST_OUT (of its own) is looked at afterwards by host/NAME.py, if there is one, in the same way.
The modules are in $UST_MODULES, inserted before the first script (ust-clock, ust-trace) and removed
behind the last; the programs of progs/ are in $UST_PROGS.
"""
import vm

# smp, cpu, parallel, icount, memory, timeout: of vm.Guest.run(). last: a script that the guest dies of,
# when all others are done and looked at; expect: what the console shows then.
BOOTS = {
    # Sites are patched all the time: one thread for all vCPUs, or QEMU hangs (docs/kernel-module.md).
    "device": {
        "scripts": ["device", "raw", "selftest", "storm", "fuzz"],
        "smp": 2, "cpu": vm.TRUSTED,
    },
    # One CPU, and a TSC that the kernel distrusts.
    "single": {
        "scripts": ["selftest"],
        "smp": 1, "cpu": vm.DISTRUSTED, "append": "oops=panic",
        "last": "oops",
        "expect": ["sched:sched_switch (id", "ust: oops: CPU 0, 2 records begun",
                   "ust: panic: CPU 0, 2 records begun"],
    },
    # ustctl and ustd with the module.
    "user": {
        "scripts": ["user"],
        "smp": 2, "cpu": vm.TRUSTED, "memory": 2048, "append": "tsc=reliable",
    },
    # Real concurrency, events are attached once; the kernel distrusts the TSC.
    "load": {
        "scripts": ["load", "clock", "causal"],
        "smp": 4, "cpu": vm.DISTRUSTED, "parallel": True, "memory": 2048,
    },
    # The same on a kernel that trusts the TSC: two threads at once on two CPUs at once. And with what
    # vm.CONSOLE switches off: the kernel has page tables of its own, NMIs come out of both kinds.
    "clock": {
        "scripts": ["causal", "clock"],
        "smp": 2, "cpu": vm.TRUSTED, "parallel": True, "memory": 2048,
        # A busy host stalls the guest, whose kernel would then give the TSC up.
        "append": "tsc=reliable mitigations=auto",
    },
    # Every event there is; sites are patched all the time.
    "probes": {
        "scripts": ["coverage", "removal", "truth", "mixed"],
        "smp": 2, "cpu": vm.TRUSTED, "memory": 2048,
    },
    # What is booted of Debian's other kernels.
    "flavour": {
        "scripts": ["device", "raw", "selftest", "storm", "coverage", "removal", "truth", "clock",
                    "causal"],
        "smp": 2, "cpu": vm.TRUSTED, "memory": 2048, "append": "tsc=reliable",
    },
    # Counts instructions.
    "cost": {
        "scripts": ["cost"],
        "smp": 1, "cpu": vm.TRUSTED, "icount": True,
    },
}
