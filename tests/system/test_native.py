#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What the native API has besides plain events: levels, units, help, questions, spans, counters, sticky
state, and the functions for bindings."""
import json
import os
import re
import subprocess

import ust

NATIVE = ust.prog("native")
LEVELS = {"native:emergency", "native:warning", "native:debug", "native:mark"}


def names(trace):
    return {name for name in trace.verify()["events"]}


def start_native(**options):
    return ust.start([NATIVE, "wait"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
                     extra_env={"LD_PRELOAD": os.path.join(ust.BUILD, "libust", "libust.so.0")},
                     **options)


@ust.point("list has levels, units, help and ranges, from the file and from the process")
def listing():
    wanted = {"unit": "apples", "help": "How many."}
    native = start_native()
    native.stdout.readline()
    ust.wait_until(lambda: str(native.pid) in ust.ustctl("list").stdout, 20, "the process")
    for what in (NATIVE, str(native.pid)):
        events = {e["name"]: e for e in json.loads(ust.ustctl("list", what, "--json").stdout)["events"]}
        event = events["described"]
        ust.equal(event["help"], "An event with all there is to say.", "help")
        ust.equal({k: event["fields"][0][k] for k in wanted}, wanted, "field")
        ust.equal(events["emergency"]["loglevel_name"], "EMERG", "level")
        ust.equal(events["described"]["loglevel"], 13, "default level")
        text = ust.ustctl("list", what).stdout
        ust.check("n: uint32_t in apples" in text and "    n: How many." in text, text)
    labels = event["fields"][1]["labels"]
    ust.equal(labels, {"none": 0, "few": [1, 9], "many": [10, 4000000000]}, "labels")


@ust.point("--loglevel and --loglevel-only select; ust_enabled() tells")
def levels():
    for options, wanted, asked in (
            ((), LEVELS, "3"),
            (("--loglevel", "WARNING"), {"native:emergency", "native:warning"}, "1"),
            (("--loglevel", "trace_info"), LEVELS - {"native:debug"}, "1"),
            (("--loglevel-only", "14"), {"native:debug"}, "2"),
            (("-e", "native:d*", "--loglevel-only", "DEBUG"), {"native:debug"}, "2")):
        trace = ust.Recording([NATIVE], options=options)
        ust.equal(names(trace) & LEVELS, wanted, " ".join(options))
        ust.check("\n%s 10\n" % asked in trace.result.stdout, trace.result.stdout)
    refused = ust.ustctl("record", "--loglevel", "loud", NATIVE, expect=2)
    ust.check("'loud' is no log level" in refused.stderr, refused.stderr)


@ust.point("spans nest, end on every way out, and are added up")
def spans():
    trace = ust.Recording([NATIVE], options=("-e", "native:*_begin", "-e", "native:*_end"))
    open_spans, nr = [], 0
    for line in trace.text():
        number = int(re.search(r"span = (\d+)", line).group(1))
        if "_begin:" in line:
            parent = int(re.search(r"parent = (\d+)", line).group(1))
            ust.equal(parent, open_spans[-1] if open_spans else 0, "parent")
            open_spans.append(number)
            nr += 1
        else:
            ust.equal(open_spans.pop(), number, "the span that ends")
    ust.equal((nr, open_spans), (4, []), "spans")
    stats = json.loads(ust.ustctl("stats", "--json", trace.directory).stdout)["spans"]
    ust.equal({s["span"]: (s["count"], s["unfinished"]) for s in stats},
              {"native:outer": (1, 0), "native:nested": (3, 0)}, "stats")
    only_ends = ust.Recording([NATIVE], options=("-e", "native:*_end"))
    ust.equal(only_ends.summary()["events"], 0, "ends without a beginning")


@ust.point("counters keep their value")
def counters():
    text = "\n".join(ust.Recording([NATIVE], options=("-e", "native:count")).text())
    ust.equal(re.findall(r"value = (-?\d+), change = (-?\d+)", text),
              [("5", "5"), ("3", "-2"), ("10", "7")], "values")
    ust.check("\n0 10\n" in ust.run([NATIVE]).stdout, "the counter of an untraced program")


@ust.point("events of a class have its fields, and names and levels of their own")
def classes():
    trace = ust.Recording([NATIVE], options=("-e", "native:class_*"))
    text = [line.split("native:")[1] for line in trace.text()]
    for line, wanted in zip(text, (
            ("class_first:", 'id = 1, client = "me"'), ("class_first:", 'id = 2, client = "me"'),
            ("class_other:", 'id = 2, client = "(null)"'),
            ("class_package:", 'number = 12, sides = [ [0] = 1, [1] = -2, [2] = 3 ], label = "fragile", '
                               'size = ( "many" : container = 12 ), weight = 1.5'))):
        for what in wanted:
            ust.check(what in line, "%s is not in %s" % (what, line))
    ust.equal(len(text), 4, "events")
    only = ust.Recording([NATIVE], options=("-e", "native:class_*", "--loglevel", "NOTICE"))
    ust.equal(only.verify()["events"], {"native:class_other": 1}, "events of a level")
    events = {e["name"]: e for e in json.loads(ust.ustctl("list", NATIVE, "--json").stdout)["events"]}
    ust.equal(events["class_other"]["fields"][1]["help"], "Who asked.", "help")
    ust.equal(events["class_package"]["fields"][4]["unit"], "kg", "unit")


def replayed(trace, lines):
    return sorted(re.findall(r"replayed = 1, key = (\d), value = \"(\w+)\"", "\n".join(lines)))


@ust.point("sticky state is told to sessions that begin later, and again to each")
def sticky():
    last = [(str(i), "last") for i in range(3)]
    native = start_native()
    native.stdout.readline()
    ust.wait_until(lambda: str(native.pid) in ust.ustctl("list").stdout, 20, "the process")
    for options, times in (((), 1), (("--overwrite",), 2)):
        out = ust.path("trace")
        ust.ustctl("create", *options, "-o", out, "late")
        ust.ustctl("enable", "late", "native:state")
        ust.ustctl("start", "late")
        ust.ustctl("destroy", "late")
        trace = ust.Trace(out)
        ust.equal(replayed(trace, trace.text()), sorted(last * times), "values")


STATES = {"parent": {0: "parent", 1: "parent", 2: "parent"},
          "child": {0: "parent", 1: "parent", 2: "child", 3: "child"}}


def last_values(trace):
    """The last value of each key, of each process."""
    values = {}
    for line in trace.text():
        found = re.search(r"sticky:state: .*pid = (\d+).* key = (\d), value = \"(\w+)\"", line)
        if found:
            values.setdefault(int(found[1]), {})[int(found[2])] = found[3]
    return sorted(values.values(), key=len)


@ust.point("sticky state is in a flight recorder whose rings were written over, and a forked child's")
def sticky_exit():
    for options, nr in ((("--overwrite", "--subbuf-size", "64K", "--num-subbuf", "4"), "60000"), ((), "1")):
        trace = ust.Recording([ust.prog("sticky"), nr], options=options)
        ust.equal(last_values(trace), [STATES["parent"], STATES["child"]], "last values")
        if options:
            ust.check(not any('replayed = 0' in line for line in trace.text()), "nothing was written over")


@ust.point("sticky state of a parent and its child is told to a session that begins later, and stops")
def sticky_late():
    process = ust.start([ust.prog("sticky"), "1", "wait"], stdin=subprocess.PIPE,
                        stdout=subprocess.PIPE, text=True,
                        extra_env={"LD_PRELOAD": os.path.join(ust.BUILD, "libust", "libust.so.0")})
    ust.equal({process.stdout.readline(), process.stdout.readline()}, {"parent\n", "child\n"}, "output")
    ust.wait_until(lambda: ust.ustctl("list").stdout.count("/sticky") == 2, 20, "both processes")
    out = ust.path("trace")
    ust.ustctl("create", "-o", out, "late")
    ust.ustctl("enable", "late", "sticky:state")
    for _ in range(2):
        ust.ustctl("start", "late")
        ust.ustctl("stop", "late")
    ust.ustctl("destroy", "late")
    trace = ust.Trace(out)
    ust.equal(last_values(trace), [STATES["parent"], STATES["child"]], "last values")
    ust.equal(trace.verify()["events"], {"sticky:state": 2 * (3 + 4)}, "told at each start")
    process.stdin.close()
    ust.equal(process.wait(60), 0, "exit status")


@ust.point("the functions for bindings: every kind of field, enumerations, and what is refused")
def dynamic():
    trace = ust.Recording([ust.prog("dynamic")], options=("-e", "dynamic:*"))
    ust.check("0 of 14 were taken\n" in trace.result.stdout, trace.result.stdout)
    fields = ('{ s8 = -1, u16 = 65535, hex = 0xFF, real = 1.5, single = 0.25, yes = 1, text = "text", '
              'numbers = [ [0] = 1, [1] = -2 ], _bytes_length = 3, bytes = [ [0] = 7, [1] = 8, [2] = 9 ], '
              'method = ( "POST" : container = 1 ), '
              'wide = ( "all" : container = 18446744073709551615 ), '
              'sign = ( "below" : container = -100 ) }')
    ust.equal([line.split("}, ")[-1] for line in trace.text()], [fields] * 2, "events")


@ust.point("python-logging: the functions for bindings")
def python_logging():
    demo = os.path.join(ust.SOURCE, "examples", "python-logging", "demo.py")
    trace = ust.Recording(["python3", demo, "7"], options=("-e", "python:*"))
    ust.equal(trace.verify()["events"], {"python:debug": 7, "python:warning": 1, "python:error": 1},
              "events")
    text = "\n".join(trace.text())
    ust.check('message = "the apples are running low: \u00e4"' in text, "message")
    ust.check('level = ( "WARNING" : container = 30 )' in text, "level:\n" + text)
    trace = ust.Recording(["python3", demo], options=("-e", "python:*", "--loglevel", "ERR"))
    ust.equal(trace.verify()["events"], {"python:error": 1}, "events of a level")


if __name__ == "__main__":
    ust.main()
