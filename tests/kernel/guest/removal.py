# SPDX-License-Identifier: GPL-2.0-only
"""What waits for grace periods of RCU waits for the same few however many events there are."""
import collections
import os
import re
import subprocess

import ktrace as k
from ktrace import check, equal

TRACEFS = "/sys/kernel/tracing"
WAITS = ["synchronize_rcu", "synchronize_srcu", "rcu_barrier"]


def append(path, text):
    """These files are only written at their end, and cannot be sought."""
    fd = os.open(path, os.O_WRONLY | os.O_APPEND)
    os.write(fd, text.encode())
    os.close(fd)


def waits(name, action):
    """The WAITS of processes of that name while action() runs."""
    k.write(TRACEFS + "/trace", "")
    k.write(TRACEFS + "/events/ust_waits/enable", "1")
    action()
    k.write(TRACEFS + "/events/ust_waits/enable", "0")
    with open(TRACEFS + "/trace", encoding="utf-8", errors="replace") as file:
        found = collections.Counter(re.findall(r"^ *%s-.* (\w+): \(" % name, file.read(),
                                               re.MULTILINE))
    print("# %s: %s" % (name, dict(found)))
    return found


def removed(module):
    """WAITS in rmmod of the module."""
    def remove():
        result = k.shell("rmmod " + module)
        check("rmmod %s" % module, result.returncode == 0, result.stdout)
    return waits("rmmod", remove)


def ours():
    """How many events there are, and WAITS in rmmod of ust-trace."""
    device = os.open(k.DEVICE, os.O_RDWR)
    nr = len(k.listing(device))
    os.close(device)
    found = removed("ust-trace")
    subprocess.run(["insmod", os.environ["UST_MODULES"] + "/ust-trace.ko"], check=True)
    return nr, found


def closed(pattern):
    """How many events the pattern has, and WAITS in closing a session that records them."""
    s = k.Session()
    nr = s.enable(pattern)
    s.start()
    return nr, waits("python3", s.close)


def main():
    for name in WAITS:
        append(TRACEFS + "/kprobe_events", "p:ust_waits/%s %s\n" % (name, name))
    few, before = ours()
    subprocess.run(["modprobe", "xfs"], check=True)
    many, after = ours()
    check("some of the waits are seen", before["synchronize_rcu"] > 0, before)
    check("%d events more" % (many - few), many > few + 100)
    equal("and not one wait more", after, before)

    # These have no generated probes.
    few, before = closed("xfs:xfs_iget_*")
    many, after = closed("xfs")
    check("a session of %d events, another of %d" % (few, many), few and many > few + 100)
    equal("closes without one wait more", after, before)

    before = removed("xfs")
    with k.Session() as s:
        s.enable("*")
        subprocess.run(["modprobe", "xfs"], check=True)
        equal("nor does rmmod of that module with all of its events on", removed("xfs"), before)
    append(TRACEFS + "/kprobe_events", "".join("-:ust_waits/%s\n" % name for name in WAITS))


main()
