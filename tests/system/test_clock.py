#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Clocks of sessions: what the metadata and doctor say of them, and whether the times keep to it."""
import json
import os
import re
import subprocess
import time

import ust

SOURCE = "/sys/devices/system/clocksource/clocksource0/current_clocksource"
# Bytes behind "="; numbers are padded so that they can be replaced.
NUMBER = r"^\t%s = *(-?\d+);$"


def metadata(trace):
    with open(os.path.join(trace.directory, "ust", "metadata"), encoding="utf-8") as text:
        return text.read()


def number(text, name):
    found = re.search(NUMBER % name, text, re.MULTILINE)
    ust.check(found, "no %s in:\n%s" % (name, text[:1500]))
    return int(found.group(1))


def events(trace, *options):
    lines = ust.ustctl("view", "--json", *options, trace.directory).stdout.splitlines()
    return [json.loads(line) for line in lines]


def check_times(trace, at_least):
    """Every event's time is between the two readings around it, give or take the uncertainty."""
    text = metadata(trace)
    doubt = number(text, "clock_uncertainty_ns")
    seen = [e for e in events(trace) if e["event"] == "clocked:now"]
    ust.check(len(seen) >= at_least, "%d events, expected %d" % (len(seen), at_least))
    previous = None
    for event in seen:
        at, before = event["time_ns"], event["fields"]["before"]
        ust.check(at >= before - doubt, "%d ns before it happened, uncertainty %d" % (
            before - at, doubt))
        after = event["fields"]["after_last"]
        if previous and after:
            ust.check(previous <= after + doubt, "%d ns after it happened, uncertainty %d" % (
                previous - after, doubt))
        previous = at
    return text


def machine_has_tsc():
    with open(SOURCE, encoding="ascii") as source:
        return source.read().strip() == "tsc"


@ust.point("--clock tsc, strict and monotonic: the times are those of clock_gettime()")
def kinds():
    ust.check(machine_has_tsc(), "this machine's clock source is not tsc")
    for clock, source in (("tsc", "tsc"), ("strict", "tsc"), ("monotonic", "monotonic"),
                          (None, "tsc")):
        options = ["--clock", clock] if clock else []
        trace = ust.Recording([ust.prog("clocked-linked"), "3000", "50"], options)
        ust.equal(trace.summary(), {"events": 3000, "lost": 0}, "counts with %s" % clock)
        text = check_times(trace, 3000)
        ust.check('clock_source = "%s"' % source in text, "clock_source with %s" % clock)
        ust.equal(number(text, "clock_unstable"), 0, "clock_unstable")
        ust.equal(number(text, "freq") == 10 ** 9, source == "monotonic", "a frequency of 1 GHz")
        ust.equal(number(text, "freq"), number(text, "clock_frequency_hz"), "the frequencies")
        trace.verify()


@ust.point("offsets to CLOCK_REALTIME and CLOCK_TAI, frequency against the raw clock")
def offsets():
    trace = ust.Recording([ust.prog("clocked-linked"), "10"], ["--clock", "monotonic"])
    text = metadata(trace)
    apart = time.clock_gettime_ns(time.CLOCK_REALTIME) - time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    ust.check(abs(number(text, "clock_offset_realtime_ns") - apart) < 10 ** 9, "offset to realtime")
    tai = time.clock_gettime_ns(time.CLOCK_TAI) - time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    ust.check(abs(number(text, "clock_offset_tai_ns") - tai) < 10 ** 9, "offset to TAI")
    ust.equal(number(text, "offset_s") * 10 ** 9 + number(text, "offset"),
              number(text, "clock_offset_realtime_ns"), "the clock's offset")


@ust.point("two sessions with two clocks record the same event at the same time")
def together():
    traces = {clock: ust.Trace(ust.path("trace")) for clock in ("tsc", "monotonic")}
    for clock, trace in traces.items():
        ust.ustctl("create", clock, "--output", trace.directory, "--clock", clock)
        ust.ustctl("enable", clock, "clocked:*")
        ust.ustctl("start", clock)
    ust.run([ust.prog("clocked-linked"), "2000"])
    for clock in traces:
        ust.ustctl("destroy", clock)
    texts = {clock: check_times(trace, 2000) for clock, trace in traces.items()}
    uuids = {re.search(r'^clock \{.*?uuid = "(.*?)"', text, re.MULTILINE | re.DOTALL).group(1)
             for text in texts.values()}
    ust.equal(len(uuids), 2, "uuids of different clocks")


@ust.point("--clock strict and monotonic: what one thread told another happened before, by the trace")
def causal():
    rounds = 60000
    for clock in ("strict", "monotonic"):
        trace = ust.Recording([ust.prog("causal-linked"), str(rounds)],
                              ["--clock", clock, "--subbuf-size", "1M"])
        ust.equal(trace.summary(), {"events": rounds, "lost": 0}, "counts with %s" % clock)
        numbers = [(e["time_ns"], e["fields"]["number"]) for e in events(trace)]
        numbers.sort(key=lambda e: e[1])
        back = sum(a[0] > b[0] for a, b in zip(numbers, numbers[1:]))
        ust.equal(back, 0, "events of %s that are before their cause" % clock)


@ust.point("traces of one clock have one uuid")
def uuid():
    found = set()
    for _ in range(2):
        trace = ust.Recording([ust.prog("clocked-linked"), "1"])
        found.add(re.search(r'^clock \{.*?uuid = "(.*?)"', metadata(trace),
                            re.MULTILINE | re.DOTALL).group(1))
    ust.equal(len(found), 1, "uuids")


@ust.point("a clock that is none is refused, and the program is not started")
def unknown():
    for command in (["record", "-o", ust.path("trace"), "--clock", "sundial", "--", "false"],
                    ["create", "x", "--clock", "sundial"]):
        result = ust.ustctl(*command, expect=2)
        for word in ("sundial", "tsc", "monotonic", "strict"):
            ust.check(word in result.stderr, result.stderr)


class Elsewhere:
    """Commands where the kernel seems to keep time by another clock source."""

    def __init__(self, source):
        self.file = ust.path("clocksource")
        self.set(source)
        self.env = {"UST_RUNTIME_DIR": ust.path("run"), "UST_USTD": os.path.join(
            ust.BUILD, "ustd", "ustd")}

    def set(self, source):
        with open(self.file, "w", encoding="ascii") as file:
            file.write(source + "\n")

    def command(self, *arguments):
        return ["unshare", "-m", "sh", "-c", "mount --bind \"$1\" \"$2\"; shift 2; exec \"$@\"",
                "sh", self.file, SOURCE, *arguments]

    def ustctl(self, *arguments, expect=0):
        return ust.run(self.command(ust.USTCTL, *arguments), expect=expect, extra_env=self.env)

    def end(self):
        self.ustctl("shutdown", expect=None)


@ust.point("a machine that does not trust its tsc: refused with the reason, else monotonic", root=True)
def distrusted():
    there = Elsewhere("hpet")
    try:
        for clock in ("tsc", "strict"):
            result = there.ustctl("record", "--clock", clock, "-o", ust.path("trace"), "--", "sh",
                                  "-c", "echo started", expect=1)
            ust.check("hpet" in result.stderr and "--clock monotonic" in result.stderr,
                      result.stderr)
            ust.equal(result.stdout, "", "output of a program that must not run")
        trace = ust.Trace(ust.path("trace"))
        there.ustctl("record", "-o", trace.directory, "--", ust.prog("clocked-linked"), "500")
        ust.check('clock_source = "monotonic"' in check_times(trace, 500), "clock_source")
        text = there.ustctl("doctor", expect=None).stdout
        line = re.search(r"^(\w+) +clock  .*$", text, re.MULTILINE)
        ust.check(line and line.group(1) == "fallback" and "hpet" in line.group(0), text)
    finally:
        there.end()


@ust.point("a tsc that becomes unstable: an event, a line of record, and the clock stays", root=True)
def unstable():
    there = Elsewhere("tsc")
    trace = ust.Trace(ust.path("trace"))
    program = subprocess.Popen(
        there.command(ust.USTCTL, "record", "-o", trace.directory, "--", ust.prog("clocked-linked"),
                      "1000"), env=dict(ust.env, **there.env), stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        ust.equal(program.stdout.readline(), "done\n", "output")
        there.set("hpet")
        lost = os.path.join(trace.directory, "ust", "lost")

        def noticed():
            program.stdin.write("\n")
            program.stdin.flush()
            return os.path.exists(lost)

        # While events come ustd looks now and then; it need not wait for the end.
        ust.wait_until(noticed, 30, "ustd notices")
        program.stdin.write("\n")
        _, err = program.communicate(timeout=60)
        ust.equal(program.returncode, 0, "exit status of record")
        ust.check(re.search(r"^clock +became unstable", err, re.MULTILINE), err)
        counted = re.search(r"^events +(\d+)$", err, re.MULTILINE)
        ust.check(counted and int(counted.group(1)) >= 3000, err)
        text = metadata(trace)
        ust.equal(number(text, "clock_unstable"), 1, "clock_unstable")
        ust.check('clock_source = "tsc"' in text, "the clock changed")
        told = [e for e in events(trace, "-e", "no:such") if e["event"] == "ust:clock_unstable"]
        ust.equal(len(told), 1, "ust:clock_unstable in view")
        ust.check("hpet" in told[0]["fields"]["reason"], told[0])
        behind = [e for e in events(trace) if e["time_ns"] > told[0]["time_ns"]]
        ust.check(behind, "no event behind ust:clock_unstable")
        ust.check("ust:clock_unstable" in "\n".join(trace.text()), "babeltrace2 does not show it")
        lines = ust.ustctl("view", trace.directory).stdout
        ust.check("hpet" in lines, "view does not show it")
    finally:
        program.kill()
        there.end()


@ust.point("the image: no relocations, three functions of one version, nothing writable")
def image():
    file = os.path.join(ust.BUILD, "vdso-clock", "ust-clock.so")
    ust.check("no relocations" in ust.run(["readelf", "-rW", file]).stdout, "relocations")
    symbols = ust.run(["readelf", "-W", "--dyn-syms", file]).stdout
    found = set(re.findall(r"FUNC +GLOBAL +DEFAULT +\d+ (\S+)@@UST_1$", symbols, re.MULTILINE))
    ust.equal(found, {"__vdso_ust_clock_" + name for name in ("read", "freq", "mode")}, "functions")
    ust.check(" UND " not in symbols.replace(" UND \n", "\n"), "undefined symbols:\n" + symbols)
    segments = ust.run(["readelf", "-lW", file]).stdout
    ust.equal(re.findall(r"^ +LOAD.* ([R ][W ][E ]) 0x\w+$", segments, re.MULTILINE), ["R E"],
              "segments")
    dynamic = ust.run(["readelf", "-dW", file]).stdout
    for tag in ("(HASH)", "(SYMTAB)", "(STRTAB)", "(VERSYM)", "(VERDEF)"):
        ust.check(tag in dynamic, "no %s in:\n%s" % (tag, dynamic))
    ust.check("NEEDED" not in dynamic, dynamic)


@ust.point("doctor tells source, frequency, offset, uncertainty, and whether there is a module")
def doctor():
    checks = {c["check"]: c for c in json.loads(ust.ustctl("doctor", "--json",
                                                           expect=None).stdout)["checks"]}
    found = checks["clock"]["found"]
    ust.check(re.search(r"tsc\), \d{9,} Hz, 0 was at \d{4}-\d\d-\d\d .* UTC .*uncertainty \d+ ns",
                        found), found)
    ust.check("clock module" in checks, "no line for the module")


if __name__ == "__main__":
    ust.main()
