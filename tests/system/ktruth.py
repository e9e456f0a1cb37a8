# SPDX-License-Identifier: GPL-2.0-only
"""What ftrace prints of events, and what our trace of tracefs says of the same."""
import re

import kevents
import tracefs
import ust


def state(value):
    """prev_state as sched_switch prints it."""
    text = "|".join(c for bit, c in enumerate("SDTtXZPI") if value >> bit & 1)
    return (text or "R") + ("+" if value & 0x100 else "")


def number(text):
    return int(text, 0)


# event: what ftrace prints, and the same of ours: (pattern, function of our fields)
TRUTH = {
    "sched:sched_switch": (
        r"prev_comm=(.*) prev_pid=(\d+) prev_prio=(\d+) prev_state=(\S+) ==> "
        r"next_comm=(.*) next_pid=(\d+) next_prio=(\d+)",
        lambda f: (f["prev_comm"], f["prev_pid"], f["prev_prio"], state(f["prev_state"]),
                   f["next_comm"], f["next_pid"], f["next_prio"])),
    "sched:sched_wakeup": (
        r"comm=(.*) pid=(\d+) prio=(\d+) target_cpu=0*(\d+)",
        lambda f: (f["comm"], f["pid"], f["prio"], f["target_cpu"])),
    "sched:sched_waking": (
        r"comm=(.*) pid=(\d+) prio=(\d+) target_cpu=0*(\d+)",
        lambda f: (f["comm"], f["pid"], f["prio"], f["target_cpu"])),
    "sched:sched_process_fork": (
        r"comm=(.*) pid=(\d+) child_comm=(.*) child_pid=(\d+)",
        lambda f: (f.get("parent_comm"), f["parent_pid"], f.get("child_comm"), f["child_pid"])),
    "sched:sched_process_exec": (
        r"filename=(.*) pid=(\d+) old_pid=(\d+)",
        lambda f: (f["filename"], f["pid"], f["old_pid"])),
    "sched:sched_process_exit": (
        r"comm=(.*) pid=(\d+) prio=(\d+)", lambda f: (f["comm"], f["pid"], f["prio"])),
    "sched:sched_migrate_task": (
        r"comm=(.*) pid=(\d+) prio=(\d+) orig_cpu=(\d+) dest_cpu=(\d+)",
        lambda f: (f["comm"], f["pid"], f["prio"], f["orig_cpu"], f["dest_cpu"])),
    "signal:signal_generate": (
        r"sig=(\d+) errno=(-?\d+) code=(-?\d+) comm=(.*) pid=(\d+) grp=(\d+) res=(\d+)",
        lambda f: (f["sig"], f["errno"], f["code"], f["comm"], f["pid"], f["group"], f["result"])),
    "task:task_newtask": (
        r"pid=(\d+) comm=(.*) clone_flags=(\w+) oom_score_adj=(-?\d+)",
        lambda f: (f["pid"], f["comm"], "%x" % f["clone_flags"], f["oom_score_adj"])),
    "irq:softirq_entry": (
        r"vec=\d+ \[action=(\w+)\]", lambda f: (f["vec"],)),
    "syscalls:sys_enter_openat": (
        r"dfd: (?:0x)?(\w+), filename: (?:0x)?(\w+), flags: (?:0x)?(\w+), mode: (?:0x)?(\w+)",
        lambda f: ("%x" % (f["dfd"] & 0xffffffff), "%x" % f["filename"], "%x" % f["flags"],
                   "%x" % f["mode"])),
    "syscalls:sys_exit_openat": (
        r"-> (?:0x)?(\w+)", lambda f: ("%x" % (f["ret"] & 0xffffffffffffffff),)),
}
TEXT_NAMES = {"sys_openat": ("syscalls:sys_enter_openat", "syscalls:sys_exit_openat")}


LEVELS = {"h": 0x08, "s": 0x10, "H": 0x18, "Z": 0x48, "z": 0x40}


def place(event, tid, cpu, level):
    """
    What an order is promised in. An interrupt may come between the moments in which one event is
    recorded into two instances, and a thread may be moved between those of its system call.
    """
    return ("thread", tid) if event.startswith("syscalls:") else ("cpu", cpu, level)


def ftrace_events(instance):
    by_name = {event.split(":")[1]: event for event in TRUTH}
    got = {}
    for cpu in range(tracefs.CPUS):
        for name, line in instance.lines(cpu):
            event = by_name.get(name)
            if name in TEXT_NAMES:
                event = TEXT_NAMES[name][" -> " in line]
            ust.check(event, "not asked for: " + line)
            match = re.search(TRUTH[event][0], line)
            ust.check(match, "%s prints otherwise: %s" % (event, line))
            head = re.match(r".{16}-\s*(\d+)\s+\[\d+\] ..(.)\S* +([\d.]+):", line)
            tid, level = int(head.group(1)), LEVELS.get(head.group(2), 0)
            got.setdefault(place(event, tid, cpu, level), []).append(
                (float(head.group(3)), (event, tid, cpu) + match.groups()))
    # A thread's come from several CPUs. The sort is stable.
    return {where: [event for _, event in sorted(events, key=lambda e: e[0])]
            for where, events in got.items()}


def our_events(directory):
    got = {}
    for event in kevents.view_json(directory):
        name, tid, cpu = event["event"], event["tid"], event["cpu"]
        fields = TRUTH[name][1](event["fields"])
        where = place(name, tid, cpu, event["context"]["flags"] & 0x58)
        got.setdefault(where, []).append((name, tid, cpu) + tuple(str(f) for f in fields))
    return got


def first_difference(mine, theirs):
    """The longest agreement, and what follows it."""
    best, at = -1, 0
    for begin, event in enumerate(theirs):
        if event != mine[0]:
            continue
        length = 0
        while (length < len(mine) and begin + length < len(theirs) and
               mine[length] == theirs[begin + length]):
            length += 1
        if length > best:
            best, at = length, begin
    if best < 0:
        return "ftrace has nothing like the first event: %s" % (mine[0],)
    return "after %d of %d events alike: %s, ftrace: %s" % (
        best, len(mine), mine[best] if best < len(mine) else None,
        theirs[at + best] if at + best < len(theirs) else None)
