# SPDX-License-Identifier: GPL-2.0-only
"""Events switched on and off, modules coming and going, listings in between, all at once."""
import os
import threading
import time

import ktrace as k
from ktrace import check, equal

SECONDS = 60 if os.environ.get("UST_LONG") else 4
MODULES = ["loop", "xfs", "dummy"]
stop = threading.Event()
failed = []


def toggle():
    while not stop.is_set():
        with k.Session(subbuf=8192, nr=4) as s:
            for pattern in ["sched", "*", "irq:*"]:
                nr = s.enable(pattern)
                if nr <= 0:
                    failed.append("enable %s: %d" % (pattern, nr))
            s.start()
            time.sleep(0.05)
            s.enable("*", k.DISABLE)
            s.stop()
            for cpu in range(os.cpu_count()):
                times = [t for _, t, _ in s.events(cpu)]
                if not all(a < b for a, b in zip(times, times[1:])):
                    failed.append("times of CPU %d" % cpu)


def modules():
    while not stop.is_set():
        for name in MODULES:
            k.shell("modprobe %s" % name)
        for name in reversed(MODULES):
            k.shell("modprobe -r %s" % name)


def listings():
    device = os.open(k.DEVICE, os.O_RDWR)
    while not stop.is_set():
        found = k.listing(device)
        if len({ident for ident, _, _ in found}) != len(found):
            failed.append("an id is listed twice")
        tree = "/sys/kernel/debug/ust/events"
        for system in os.listdir(tree):
            try:
                for event in os.listdir(os.path.join(tree, system)):
                    with open(os.path.join(tree, system, event, "format"), encoding="utf-8") as f:
                        f.read()
            except OSError:
                pass  # it went with its module
    os.close(device)


def agree():
    """Nobody changes anything: both listings are the same."""
    device = os.open(k.DEVICE, os.O_RDWR)
    found = {(system, event) for _, system, event in k.listing(device)}
    tree = "/sys/kernel/debug/ust/events"
    seen = {(system, event) for system in os.listdir(tree)
            for event in os.listdir(os.path.join(tree, system))}
    equal("device and tree list the same events", found ^ seen, set())
    os.close(device)


def checks():
    """What vm.CHECKS asks for is done: whatever goes wrong here is seen."""
    slab = "/sys/kernel/slab/kmalloc-64/"
    values = {}
    for name in ["sanity_checks", "red_zone", "poison"]:
        with open(slab + name, encoding="ascii") as file:
            values[name] = file.read().strip()
    equal("slabs are checked", set(values.values()), {"1"})
    # The cloud flavour is built without.
    with open("/boot/config-" + os.uname().release, encoding="ascii") as file:
        if "CONFIG_PAGE_POISONING=y\n" in file.read():
            check("freed pages are checked",
                  "CONFIG_PAGE_POISONING is on" in k.shell("dmesg").stdout)


def main():
    checks()
    agree()
    threads = [threading.Thread(target=f) for f in [toggle, modules, listings]]
    for thread in threads:
        thread.start()
    time.sleep(SECONDS)
    stop.set()
    for thread in threads:
        thread.join()
    check("%d s of it" % SECONDS, not failed, "\n".join(failed[:20]))
    agree()


main()
