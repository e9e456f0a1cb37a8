#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Every example of the tree, and the quickstart."""
import json
import os
import re
import shutil

import ust


def record(name, *arguments):
    program = os.path.join(ust.BUILD, "examples", name)
    alone = ust.run([program, *arguments]).stdout
    trace = ust.Recording([program, *arguments])
    ust.equal(trace.result.stdout, alone, "output under record")
    seen = trace.verify()
    ust.equal(seen["lost"], 0, "lost")
    return trace, seen["events"]


@ust.point("every example is tested here")
def all_of_them():
    folder = os.path.join(ust.SOURCE, "examples")
    found = {name for name in os.listdir(folder) if os.path.isdir(os.path.join(folder, name))}
    ust.equal(found, {"attach", "flight-recorder", "hello-marker", "library", "typed-event", "plugin-dlopen",
                      "lttng-provider", "python-logging", "span", "user-and-kernel"}, "examples")


@ust.point("each README's commands, as they stand, make the events that it promises")
def readmes():
    path = {"PATH": os.path.dirname(ust.USTCTL) + ":" + os.environ["PATH"],
            "PKG_CONFIG_PATH": os.path.join(ust.BUILD, "meson-uninstalled"),
            "UST_LIBDIR": os.path.join(ust.BUILD, "libust")}
    folder = os.path.join(ust.SOURCE, "examples")
    for name in ("hello-marker", "typed-event", "plugin-dlopen", "library", "span", "lttng-provider",
                 "python-logging"):
        place = ust.path(name)
        shutil.copytree(os.path.join(folder, name), place)
        with open(os.path.join(place, "README.md"), encoding="utf-8") as text:
            readme = text.read()
        commands = "\n".join(re.findall(r"^    (\S.*)$", readme, re.MULTILINE))
        result = ust.run(["bash", "-ec", commands], cwd=place, extra_env=path)
        promised = re.findall(r"\b(\d+) events", readme)[-1]
        recorded = re.findall(r"^events +(\d+)$", result.stderr, re.MULTILINE)
        ust.equal(set(recorded), {promised}, "events of " + name)


@ust.point("hello-marker: format strings become typed fields")
def hello_marker():
    trace, events = record("hello-marker", "12")
    ust.equal(events, {"hello:start": 1, "hello:loop": 12, "ust:tick": 12, "hello:end": 1}, "events")
    text = "\n".join(trace.text())
    ust.check("i = 11, squared = 121" in text, text)
    ust.check("count = 12" in text, text)


@ust.point("typed-event: every kind of field")
def typed_event():
    trace, events = record("typed-event", "6")
    ust.equal(events, {"shop:order": 6, "shop:items": 6, "shop:seal": 6, "shop:label": 6,
                       "shop:closed": 1}, "events")
    text = "\n".join(trace.text())
    for what in ('customer = "customer 3", price = 7.5, state = ( "new" : container = 0 ), gift = 1, '
                 'note = "in a hurry"', 'note = "(null)"', '[0] = 1, [1] = 2, [2] = 5',
                 '[0] = 202, [1] = 254, [2] = 1', 'first = 0xCA', 'text = "cus"'):
        ust.check(what in text, "%s is not in:\n%s" % (what, text))


@ust.point("span: in C and C++, left by return and by an exception")
def span():
    for name in ("span", "span-cxx"):
        trace, events = record(name, "6")
        ust.equal(events, {"mill:day_begin": 1, "mill:day_end": 1, "mill:grind_begin": 6,
                           "mill:grind_end": 6, "mill:ground": 4, "mill:rejected": 2}, name)
        text = trace.text()
        day = re.search(r"span = (\d+)", text[0]).group(1)
        begun = [line for line in text if "grind_begin" in line]
        ust.check(all("parent = %s," % day in line for line in begun), "\n".join(text))
        ust.check('number = 4, grain = "oats"' in "\n".join(text), "\n".join(text))
        stats = json.loads(ust.ustctl("stats", "--json", trace.directory).stdout)["spans"]
        ust.equal({s["span"]: (s["count"], s["unfinished"]) for s in stats},
                  {"mill:day": (1, 0), "mill:grind": (6, 0)}, "stats")


@ust.point("plugin-dlopen: events of an object that comes and goes")
def plugin_dlopen():
    _, events = record("plugin-dlopen", "20")
    ust.equal(events, {"host:loaded": 20, "host:result": 20, "plugin:step": 200}, "events")


@ust.point("library: events of a library whose user knows nothing of them")
def library():
    trace, events = record("library", "5")
    ust.equal(events, {"well:level": 6, "well:drawn": 5}, "events")
    ust.check("wanted = 10, drawn = 2 }" in "\n".join(trace.text()), "the last bucket")


@ust.point("user-and-kernel: a write, its system calls and its disk on one time line", root=True)
def user_and_kernel():
    text = ust.run([os.path.join(ust.SOURCE, "examples", "user-and-kernel", "run.sh"),
                    ust.path("disk"), ust.path("file")],
                   extra_env={"PROGRAM": os.path.join(ust.BUILD, "examples", "user-and-kernel"),
                              "PATH": os.path.dirname(ust.USTCTL) + ":" + os.environ["PATH"]}).stdout
    names = re.findall(r" (\w+:\w+) \{", text)
    ust.equal((names[0], names[-1]), ("disk:save_begin", "disk:save_end"), "first and last")
    for call in ("write", "fdatasync"):
        for what in ("enter", "exit"):
            ust.check("syscalls:sys_%s_%s" % (what, call) in names, text)


@ust.point("lttng-provider: source written for LTTng-UST, the provider in the program or loaded")
def lttng_provider():
    wanted = {"mill:sack": 3, "mill:stone": 1, "lttng_ust_tracef:event": 1}
    trace, events = record("lttng-provider")
    ust.equal(events, wanted, "events")
    text = "\n".join(trace.text())
    for what in ('number = 1, grain = ( "rye" : container = 1 ), farmer = "Brun"',
                 "turns = 12.5, _wear_length = 3", 'msg = "3 sacks are ground"'):
        ust.check(what in text, "%s is not in:\n%s" % (what, text))
    _, events = record("lttng-provider-dlopen", os.path.join(ust.BUILD, "examples", "mill-provider.so"))
    ust.equal(events, wanted, "events with the provider loaded")
    _, events = record("lttng-provider-dlopen")
    ust.equal(events, {"lttng_ust_tracef:event": 1}, "events without the provider")


@ust.point("attach: calls of a program that runs already")
def attach():
    text = ust.run([os.path.join(ust.SOURCE, "examples", "attach", "run.sh")],
                   extra_env={"USTCTL": ust.USTCTL}).stdout
    for name in ("malloc:malloc", "io:write", "libz:deflate", "the program runs on"):
        ust.check(name in text, "no %s in:\n%s" % (name, text))


@ust.point("flight-recorder: the last events before a crash")
def flight_recorder():
    output = ust.path("flight")
    text = ust.run([os.path.join(ust.SOURCE, "examples", "flight-recorder", "run.sh"), output],
                   extra_env={"SERVER": os.path.join(ust.BUILD, "examples", "flight-recorder"),
                              "PATH": os.path.dirname(ust.USTCTL) + ":" + os.environ["PATH"]}).stdout
    lines = text.splitlines()
    ust.check('server:error { id = 1000000, what = "no such request" }' in lines[-1], text)
    ust.check("server:request { id = 999999, bytes = 795 }" in lines[-2], text)


@ust.point("quickstart.sh, twice")
def quickstart():
    for _ in range(2):
        output = ust.path("quickstart") if _ == 0 else output
        text = ust.run([os.path.join(ust.SOURCE, "examples", "quickstart.sh")],
                       extra_env={"UST_BUILD": ust.BUILD, "UST_OUTPUT": output}).stdout
        ust.check("hello from python: 2890" in text, text)
        ust.check(re.search(r"malloc:\w+", text), text)
        ust.check("shop:order" in text, text)
        for trace in ("python-malloc", "typed-event"):
            ust.check(ust.Trace(os.path.join(output, trace)).count() > 40, trace)


if __name__ == "__main__":
    ust.main()
