# SPDX-License-Identifier: GPL-2.0-only
"""Events that the kernel's own probes for perf record."""
import os

import ktrace as k
from ktrace import check, equal


def holes(cpu):
    """What ext4 has the kernel look for, and the kernel tells of, on that CPU."""
    os.sched_setaffinity(0, [cpu])
    with open("/run/mounted/holes", "rb") as file:
        for _ in range(10):
            file.seek(0, os.SEEK_HOLE)


def main():
    k.shell("modprobe -a loop ext4; truncate -s 1M /run/disk; mkfs.ext4 -q /run/disk;"
            "mkdir -p /run/mounted; mount -o loop /run/disk /run/mounted;"
            "echo data >/run/mounted/holes")
    cpu = os.cpu_count() - 1
    with k.Session() as one, k.Session() as other:
        for s in (one, other):
            check("they are there", s.enable("iomap") > 0)
            s.start()
        holes(cpu)
        first, second = ([data for _, _, data in s.events(cpu)] for s in (one, other))
        check("two sessions record the same", first == second and len(first) >= 10,
              (len(first), len(second)))
        other.enable("iomap", k.DISABLE)
        holes(cpu)
        check("one goes on when the other ends", len(one.events(cpu)) >= 10)
        equal("that one has nothing more", len(other.events(cpu)), 0)
        if cpu:
            online = "/sys/devices/system/cpu/cpu%d/online" % cpu
            os.sched_setaffinity(0, [0])
            equal("a CPU goes", k.write(online, "0"), 0)
            equal("and comes", k.write(online, "1"), 0)
            nr = 0
            for _ in range(1000):  # its counter comes with a work item
                holes(cpu)
                nr = len(one.events(cpu))
                if nr:
                    break
            check("it records again", nr > 0)
        # All records go through counters of one event, which nobody else may listen to.
        result = k.shell("perf stat -a -e ust:ust_ear true")
        check("perf is refused", result.returncode != 0 and "ust_ear" in result.stdout,
              result.stdout)
    os.sched_setaffinity(0, range(os.cpu_count()))
    k.shell("umount /run/mounted")


main()
