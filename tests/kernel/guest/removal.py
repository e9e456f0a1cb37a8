# SPDX-License-Identifier: GPL-2.0-only
"""What rmmod waits for: the same few grace periods of RCU however many events there are."""
import collections
import os
import re
import subprocess
import time

import ktrace as k
from ktrace import check, equal

TRACEFS = "/sys/kernel/tracing"
WAITS = ["synchronize_rcu", "synchronize_srcu", "rcu_barrier"]


def append(path, text):
    """These files are only written at their end, and cannot be sought."""
    fd = os.open(path, os.O_WRONLY | os.O_APPEND)
    os.write(fd, text.encode())
    os.close(fd)


def removed():
    """How many events there were, and WAITS in rmmod."""
    device = os.open(k.DEVICE, os.O_RDWR)
    nr = len(k.listing(device))
    os.close(device)
    k.write(TRACEFS + "/trace", "")
    k.write(TRACEFS + "/events/ust_waits/enable", "1")
    begin = time.monotonic()
    result = k.shell("rmmod ust-trace")
    spent = time.monotonic() - begin
    k.write(TRACEFS + "/events/ust_waits/enable", "0")
    check("rmmod with %d events" % nr, result.returncode == 0, result.stdout)
    with open(TRACEFS + "/trace", encoding="utf-8", errors="replace") as file:
        waits = collections.Counter(re.findall(r"^ *rmmod-.* (\w+): \(", file.read(), re.MULTILINE))
    print("# rmmod took %.2f s; waits: %s" % (spent, dict(waits)))
    subprocess.run(["insmod", os.environ["UST_MODULES"] + "/ust-trace.ko"], check=True)
    return nr, waits


def main():
    for name in WAITS:
        append(TRACEFS + "/kprobe_events", "p:ust_waits/%s %s\n" % (name, name))
    few, waits = removed()
    subprocess.run(["modprobe", "xfs"], check=True)
    many, again = removed()
    subprocess.run(["rmmod", "xfs"], check=True)
    append(TRACEFS + "/kprobe_events", "".join("-:ust_waits/%s\n" % name for name in WAITS))
    check("some of the waits are seen", waits["synchronize_rcu"] > 0, waits)
    check("%d events more" % (many - few), many > few + 100)
    equal("and not one wait more", again, waits)


main()
