#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What LTTng-UST has no counterpart for, and what cannot be compared with it.

usage: ours.py SOURCE_DIR BUILD_DIR
"""
import os
import shutil
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import compare  # noqa: E402
import traces  # noqa: E402
from compare import BUILD, HERE, LINK, OURS, Failed, compile_all, linker, run  # noqa: E402

COMPILERS = ["gcc", "clang", "g++ -xc++", "clang++ -xc++"]


def equal(what, wanted, found):
    if wanted != found:
        raise Failed("%s: %r, not %r" % (what, found, wanted))


def limits(place, compiler):
    """20 and 32 arguments, 64 fields; a call and a definition that differ are not joined."""
    directory = place.directory()
    # gcc makes one assembly of both, of which one has DEFINE only and the other makes the provider.
    flags = ["-O2", "-flto"] if compiler.startswith("g") else ["-O2"]
    compiler = compiler.split()
    objects = compile_all(directory, compiler, ["limits"], [*OURS, *flags, "-DTRACEPOINT_DEFINE"])
    objects += compile_all(directory, compiler, ["limits-provider"], [*OURS, *flags])
    program = directory + "/program"
    run([*linker(compiler), *flags, *objects, "-o", program, *LINK])
    output = place.directory() + "/trace"
    text = run([BUILD + "/libustctl/ustctl", "record", "-o", output, program],
               dict(place.env, UST_DEBUG="1"))
    events = traces.events(output, {"limits"})
    equal("events", ["limits:many", "limits:most", "limits:renamed", "limits:blobs"],
          [e[0] for e in events])
    values = {name: value for name, _, value in events[0][3]}
    equal("fields", 64, len(values))
    equal("values", (1, 9, 15, 10 + 11 + 12 + 13 + 14, 20.5),
          (values["a0"], values["b7"] - 7 + 1, values["g7"], values["h1"], values["h7"]))
    equal("most", [1, 31, "thirty-two"], [value for _, _, value in events[1][3]])
    equal("renamed", [("b", 7)], [(name, value) for name, _, value in events[2][3]])
    # The length of a sequence is a field in front of it.
    equal("blobs", [("fixed", [1, 2, 3]), ("_variable_length", 4), ("variable", [1, 2, 3, 255])],
          [(name, value) for name, _, value in events[3][3]])
    equal("base of blobs", [16, 16], [kind[-1][3] for _, kind, _ in events[3][3] if kind[0] != "int"])
    if "limits:differs is called with (int;) and defined with (long;)" not in text:
        raise Failed("nothing is said of limits:differs:\n" + text)
    if "\n0 1\n" not in "\n" + text:
        raise Failed("limits:differs is on, or libust is not there:\n" + text)
    listed = run([BUILD + "/libustctl/ustctl", "list", program], place.env)
    for name in ("limits:many(", "limits:most(first: int8_t, last: int8_t, text: char *)"):
        if name not in listed:
            raise Failed("%s is not in:\n%s" % (name, listed))


def generated(place, compiler):
    """lttng-gen-tp makes header and source of a template."""
    directory = place.directory()
    compiler = compiler.split()
    shutil.copy(HERE + "/template.tp", directory)
    run(["lttng-gen-tp", "-o", "template.h", "-o", "template.c", "template.tp"], cwd=directory)
    run([*compiler, *OURS, "-I" + directory, directory + "/template.c", HERE + "/template-main.c",
         "-o", directory + "/program", *LINK])
    output = place.directory() + "/trace"
    run([BUILD + "/libustctl/ustctl", "record", "-o", output, directory + "/program"], place.env)
    equal("events", [("template:message", ["generated", 1])],
          [(e[0], [f[2] for f in e[3]]) for e in traces.events(output, {"template"})])


def unlinked(place, compiler):
    """A program without libust runs; one whose provider is not there records nothing of it."""
    way = compare.Way(compiler, ["-O2"], "dynamic")
    command, _ = way.build(place)
    ours, _ = place.ust_trace(command)
    equal("providers without the provider", {"lttng_ust_tracef", "lttng_ust_tracelog"},
          {event[0].split(":")[0] for event in ours})
    directory = place.directory()
    compiler = compiler.split()
    objects = compile_all(directory, compiler,
                          ["every", "older-calls", "every-provider", "older-provider"], OURS)
    run([*linker(compiler), *objects, "-o", directory + "/program", "-ldl"])
    equal("output", "0\n", run([directory + "/program"], place.env))


def leave(place, compiler):
    """A provider is closed while other threads are in it: they are waited for."""
    directory, compiler = place.directory(), compiler.split()
    shared, program = directory + "/provider.so", directory + "/program"
    run([*linker(compiler), "-shared", "-o", shared,
         *compile_all(directory, compiler, ["leave-provider"], [*OURS, "-O2", "-fPIC"])])
    run([*linker(compiler), "-pthread", "-o", program,
         *compile_all(directory, compiler, ["leave"], [*OURS, "-O2"]), *LINK])
    output = directory + "/trace"
    run([BUILD + "/libustctl/ustctl", "record", "--overwrite", "--subbuf-size", "64K",
         "--num-subbuf", "4", "-o", output, "-e", "leave:*", program, shared, "6"], place.env)
    if not traces.events(output, {"leave"}):
        raise Failed("nothing was recorded")


def main():
    place, failures, number = compare.Place(), 0, 0
    todo = [(test, compiler) for test in (limits, generated, unlinked) for compiler in COMPILERS]
    todo += [(leave, "gcc"), (leave, "clang++ -xc++")]
    print("1..%d" % len(todo))
    try:
        for number, (test, compiler) in enumerate(todo, 1):
            name = "%s, %s" % (test.__doc__.strip().splitlines()[0], compiler)
            try:
                test(place, compiler)
                print("ok %d - %s" % (number, name), flush=True)
            except Failed as failure:
                failures += 1
                print("not ok %d - %s" % (number, name))
                print("\n".join("# " + line for line in str(failure).splitlines()), flush=True)
    finally:
        place.end()
    return failures != 0


if __name__ == "__main__":
    sys.exit(main())
