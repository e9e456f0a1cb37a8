# SPDX-License-Identifier: GPL-2.0-only
"""What babeltrace2 makes of the traces that guest/load.sh left."""
import os
import re
import subprocess
import sys

EVENT = re.compile(r"^\[(\d+)\] (?:\(.*?\) )?([\w:]+): \{ cpu_id = (\d+)")


def read(directory):
    """[(time, name, cpu)], what babeltrace2 complained of."""
    run = subprocess.run(["babeltrace2", "--clock-cycles", "--no-delta", directory],
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                         errors="replace", check=False)
    events = []
    for line in run.stdout.splitlines():
        match = EVENT.match(line)
        if match:
            events.append((int(match.group(1)), match.group(2), int(match.group(3))))
    complaints = [line for line in run.stderr.splitlines() if "discarded" not in line]
    lost = sum(int(n) for n in re.findall(r"discarded (\d+) event", run.stderr))
    unread = len(run.stdout.splitlines()) - len(events)
    return events, lost, complaints + (["%d lines not understood" % unread] if unread else [])


def check(what, good, why=""):
    print("%s - %s" % ("ok" if good else "not ok", what))
    if not good and why:
        print("# " + str(why).replace("\n", "\n# "))


def strict(events):
    last = {}
    bad = 0
    for time, _, cpu in events:
        bad += time <= last.get(cpu, 0)
        last[cpu] = time
    return bad


def told(results, index):
    """What kcat says was lost, in its order."""
    with open(results, encoding="utf-8") as file:
        return int(re.findall(r"lost (\d+)", file.read())[index])


def main():
    top = sys.argv[1]
    for index, name in enumerate(["all", "small", "dump"]):
        events, lost, complaints = read(os.path.join(top, name))
        check("%s: babeltrace2 reads %d events" % (name, len(events)), len(events) > 100 and
              not complaints, "\n".join(complaints[:10]))
        check("%s: times strictly rise on each CPU" % name, strict(events) == 0, strict(events))
        check("%s: %d lost, all of them counted" % (name, lost),
              lost == told(os.path.join(top, "results"), index),
              "%d, %d" % (lost, told(os.path.join(top, "results"), index)))
        if name == "dump":
            kinds = {n for _, n, _ in events if n.startswith("ust_state:")}
            check("the state dump has all parts", len(kinds) == 8, sorted(kinds))


main()
