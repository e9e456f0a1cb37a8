# SPDX-License-Identifier: GPL-2.0-only
"""Whether babeltrace2 decodes all that guest/mixed.sh recorded, and what was lost is counted."""
import collections
import os
import re
import subprocess
import sys
import threading


# That happened and were decoded, at the least: a load does not make all happen that are on.
KINDS = 500


def check(what, good, why=""):
    print("%s - %s" % ("ok" if good else "not ok", what))
    if not good and why:
        print("# " + str(why).replace("\n", "\n# "))


def main():
    top = sys.argv[1]
    kinds = collections.Counter()
    odd = []
    with subprocess.Popen(["babeltrace2", "--no-delta", "--names=none", os.path.join(top, "trace")],
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          errors="replace") as run:
        pattern = re.compile(r"\] (?:\(.*?\) )?(?:\S+ )?([\w.]+:\w+): \{")
        complaints = []
        reader = threading.Thread(target=lambda: complaints.extend(run.stderr))
        reader.start()
        for line in run.stdout:
            match = pattern.search(line)
            if match:
                kinds[match.group(1)] += 1
            else:
                odd.append(line)
        reader.join()
    lost = sum(int(n) for n in re.findall(r"discarded (\d+) event", "".join(complaints)))
    errors = [line for line in complaints if "discarded" not in line]
    check("babeltrace2 decodes %d events of %d kinds" % (sum(kinds.values()), len(kinds)),
          len(kinds) >= KINDS and not errors and not odd and not run.returncode,
          "".join(errors[:10] + odd[:10]))
    with open(os.path.join(top, "results"), encoding="utf-8") as file:
        results = file.read()
    on = [int(n) for n in re.findall(r"^# events on: (\d+), off: (\d+), .*: (\d+)$", results,
                                     re.MULTILINE)[0]]
    check("%d events were on, %d off; %d without those of system calls" % tuple(on),
          on[1] == 0 and on[2] >= 550 and on[0] >= 1200, on)
    told = sum(int(n) for n in re.findall(r"lost (\d+)", results))
    check("%d lost, all of them counted" % lost, lost == told, "%d, %d" % (lost, told))


main()
