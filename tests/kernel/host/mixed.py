# SPDX-License-Identifier: GPL-2.0-only
"""Whether babeltrace2 decodes all that guest/mixed.sh recorded, and what was lost is counted."""
import collections
import os
import re
import subprocess
import sys
import threading


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
          len(kinds) >= 100 and not errors and not odd and not run.returncode,
          "".join(errors[:10] + odd[:10]))
    with open(os.path.join(top, "results"), encoding="utf-8") as file:
        told = sum(int(n) for n in re.findall(r"lost (\d+)", file.read()))
    check("%d lost, all of them counted" % lost, lost == told, "%d, %d" % (lost, told))


main()
