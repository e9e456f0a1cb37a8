# SPDX-License-Identifier: GPL-2.0-only
"""tracefs for tests: mounted where only they look, and an instance to compare with."""
import os
import re
import subprocess

import ust

CPUS = os.cpu_count()


class Tracefs:
    """A mount of our own; no other user of tracefs notices."""

    def __init__(self):
        self.root = os.path.join(ust.work, "tracefs")
        os.makedirs(self.root, exist_ok=True)

    def __enter__(self):
        subprocess.run(["mount", "-t", "tracefs", "nodev", self.root], check=True)
        return self

    def __exit__(self, *_):
        subprocess.run(["umount", "-l", self.root], check=True)

    def instances(self):
        """Those that some ustd made."""
        return sorted(n for n in os.listdir(self.root + "/instances") if n.startswith("ust-"))

    def of(self, pid):
        return [n for n in self.instances() if n.split("-")[1] == str(pid)]


class Instance:
    """ftrace as anybody would use it."""

    def __init__(self, tracefs, events):
        self.path = "%s/instances/test-%d" % (tracefs.root, os.getpid())
        self.events = events

    def write(self, name, value):
        with open(os.path.join(self.path, name), "w", encoding="ascii") as file:
            file.write(value)

    def __enter__(self):
        os.mkdir(self.path)
        self.write("tracing_on", "0")
        self.write("trace_clock", "x86-tsc" if tsc() else "mono")
        self.write("buffer_size_kb", "32768")
        self.write("options/overwrite", "0")
        for event in self.events:
            self.write("events/%s/enable" % event.replace(":", "/"), "1")
        self.write("tracing_on", "1")
        return self

    def stop(self):
        self.write("tracing_on", "0")

    def __exit__(self, *_):
        self.stop()
        os.rmdir(self.path)

    def lines(self, cpu):
        """(event, the rest of the line) of one CPU, in order."""
        got = []
        with open("%s/per_cpu/cpu%d/trace" % (self.path, cpu), encoding="utf-8",
                  errors="replace") as trace:
            for line in trace:
                match = re.match(r".{16}-\s*\d+\s+\[\d+\]\s+\S+\s+[\d.]+: (\w+)(?:: |\(| -> )(.*)", line)
                if match:
                    got.append((match.group(1), match.group(0)))
        return got

    def stat(self, cpu, name):
        with open("%s/per_cpu/cpu%d/stats" % (self.path, cpu), encoding="ascii") as stats:
            return int(re.search(r"^%s: (\d+)" % name, stats.read(), re.MULTILINE).group(1))


def tsc():
    """Whether sessions have the cycle counter."""
    path = "/sys/devices/system/clocksource/clocksource0/current_clocksource"
    with open(path, encoding="ascii") as source:
        return source.read().strip() == "tsc"
