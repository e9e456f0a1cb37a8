# SPDX-License-Identifier: GPL-2.0-only
"""What can be recorded: every tracepoint and every system call, most of them by generated probes."""
import os
import subprocess
import time

import ktrace

TRACEFS = "/sys/kernel/tracing"


def check(what, good, why=""):
    print("%s - %s" % ("ok" if good else "not ok", what))
    if not good and why:
        print("# " + str(why))


def coverage(device, pattern=""):
    """{(system, name): (coverage, module or "")}"""
    fd = ktrace.call(device, ktrace.LIST, ktrace.pack(ktrace.F_LIST, 0, pattern.encode()))
    found = {}
    while True:
        data = os.read(fd, 65536)
        if not data:
            break
        at = 0
        while at < len(data):
            size = int.from_bytes(data[at:at + 4], "little")
            how = int.from_bytes(data[at + 8:at + 12], "little")
            (_, system, name), = ktrace.records(data[at:at + size])
            where = at + 24 + 8 + len(system) + len(name)
            length = int.from_bytes(data[where:where + 4], "little")
            module = data[where + 4:where + 4 + length].decode()
            found[system, name] = (how, module)
            at += size
    os.close(fd)
    return found


def main():
    device = os.open(ktrace.DEVICE, os.O_RDWR)
    events = coverage(device)
    generated = sum(how == 1 and not module for how, module in events.values())
    calls = sum(system == "syscalls" for system, _ in events)
    check("%d events: %d of the kernel's own by generated probes, %d of system calls, %d raw" %
          (len(events), generated, calls, sum(how == 2 for how, _ in events.values())),
          generated >= 550 and calls >= 600)
    with open(TRACEFS + "/available_events", encoding="ascii") as file:
        known = {tuple(line.strip().split(":")) for line in file}
    missing = {event for event in known - set(events)
               if event[0] not in ("ftrace", "initcall", "ust") and
               not event[1].startswith(("sys_enter", "sys_exit"))}
    check("every event that tracefs knows is listed", not missing, sorted(missing)[:20])
    session = ktrace.Session()
    begin = time.monotonic()
    matched = session.enable("*")
    spent = time.monotonic() - begin
    check("all %d are enabled at once" % matched,
          matched >= sum(how != 0 for how, _ in events.values()), (matched, len(events)))
    print("# enabling took %.2f s" % spent)
    begin = time.monotonic()
    os.close(session.fd)
    print("# and closing the session %.2f s" % (time.monotonic() - begin))
    os.close(device)


main()
