#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Seeds each mistake of mutants into a copy of the ring and sees that the model checker finds it.

    mutants.py ROOT CC [NAME...]        CC: a command, which may have arguments

Fails if one survives, or if its lines are not found in the source any more.
"""
import concurrent.futures
import os
import shlex
import shutil
import subprocess
import sys
import tempfile

FLAGS = ["-std=gnu11", "-O1", "-w", "-U_FORTIFY_SOURCE", "-D_GNU_SOURCE",
         '-DUST_RING_HOST="tests/model/host-model.h"']
PARTS = ["tests/model/%s.c" % n for n in
         ("check", "fused", "main", "memory", "scenario", "scenarios", "sched", "trace")]
PARTS += ["libust/ring/read.c", "libust/ring/record.c"]
TIMEOUT = 120


def load(path):
    mutants, one, sign = [], None, None
    with open(path, encoding="utf-8") as f:
        for line in f:
            line = line.rstrip("\n")
            word, _, rest = line.partition(" ")
            if word == "mutant":
                one = {"name": rest, "edits": [], "run": []}
                mutants.append(one)
                sign = None
            elif word == "file":
                one["file"] = rest
            elif word == "run":
                one["run"] = rest.split()
            elif word in ("-", "+"):
                if word == "-" and sign != "-":
                    one["edits"].append(([], []))
                one["edits"][-1][word == "+"].append(rest)
                sign = word
    return mutants


def edit(lines, old, new):
    """Replaces the one place whose stripped lines are @old; a last line may be a beginning."""
    old = [o.strip() for o in old]
    places = []
    for i in range(len(lines) - len(old) + 1):
        here = [x.strip() for x in lines[i:i + len(old)]]
        if here[:-1] == old[:-1] and (here[-1] == old[-1] or
                                      (len(old) > 1 and old[-1] and
                                       here[-1].startswith(old[-1]))):
            places.append(i)
    if len(places) != 1:
        return None
    i = places[0]
    last = lines[i + len(old) - 1].strip()[len(old[-1]):]
    return lines[:i] + new[:-1] + [new[-1] + last] + lines[i + len(old):]


def build(cc, root, private, objects, changed):
    """Compiles what depends on the changed file and links; None or the compiler's message."""
    inputs = []
    procs = []
    for part in PARTS:
        obj = os.path.join(objects, part.replace("/", "_") + ".o")
        if changed is not None:
            if changed.endswith(".c") and part != changed:
                inputs.append(obj)
                continue
            if part.startswith("tests/model/") and changed.startswith("include/ust/ring/") and \
                    os.path.basename(part) in ("main.c", "memory.c", "sched.c", "scenarios.c",
                                               "trace.c"):
                inputs.append(obj)
                continue
            obj = os.path.join(private, part.replace("/", "_") + ".o")
        inputs.append(obj)
        procs.append(subprocess.run(
            [*cc, *FLAGS, "-I", root, "-I", os.path.join(root, "include"), "-c",
             os.path.join(root, part), "-o", obj], capture_output=True, text=True))
    for proc in procs:
        if proc.returncode:
            return proc.stderr
    proc = subprocess.run([*cc, *inputs, "-o", os.path.join(private, "model")],
                          capture_output=True, text=True)
    return proc.stderr if proc.returncode else None


def copy_sources(root, to):
    for part in ("include/ust/abi", "include/ust/ring", "libust/ring", "tests/model"):
        shutil.copytree(os.path.join(root, part), os.path.join(to, part))


def try_one(cc, root, work, mutant):
    """"killed", or what is wrong."""
    private = os.path.join(work, mutant["name"])
    copy_sources(root, private)
    path = os.path.join(private, mutant["file"])
    with open(path, encoding="utf-8") as f:
        lines = f.read().split("\n")
    for old, new in mutant["edits"]:
        lines = edit(lines, old, new)
        if lines is None:
            return "its lines are not in %s" % mutant["file"]
    with open(path, "w", encoding="utf-8") as f:
        f.write("\n".join(lines))
    error = build(cc, private, private, os.path.join(work, "objects"), mutant["file"])
    if error:
        return "it does not compile: " + error.strip().split("\n")[0]
    try:
        proc = subprocess.run([os.path.join(private, "model"), "-q", *mutant["run"]],
                              capture_output=True, text=True, timeout=TIMEOUT)
    except subprocess.TimeoutExpired:
        return "it ran for more than %d s" % TIMEOUT
    finally:
        shutil.rmtree(private, ignore_errors=True)
    if proc.returncode == 0:
        return "it survived"
    first = proc.stdout.split("\n")[0]
    if proc.returncode != 1 or not first.startswith("VIOLATION"):
        return "the checker ended with status %d: %s" % (proc.returncode, first)
    mutant["how"] = first[len("VIOLATION: "):]
    return "killed"


def main():
    root, cc, names = sys.argv[1], shlex.split(sys.argv[2]), sys.argv[3:]
    mutants = load(os.path.join(root, "tests/model/mutants"))
    mutants = [m for m in mutants if not names or m["name"] in names]
    bad = 0
    with tempfile.TemporaryDirectory(prefix="ust-mutants.") as work:
        os.mkdir(os.path.join(work, "objects"))
        os.mkdir(os.path.join(work, "plain"))
        error = build(cc, root, os.path.join(work, "plain"), os.path.join(work, "objects"), None)
        if error:
            sys.exit(error)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count() or 1) as pool:
            for mutant, result in zip(mutants, pool.map(
                    lambda m: try_one(cc, root, work, m), mutants)):
                bad += result != "killed"
                print("%-30s %s" % (mutant["name"],
                                    result + ": " + mutant.get("how", "") if result == "killed"
                                    else "NOT KILLED: " + result), flush=True)
    print("%d of %d mutants killed" % (len(mutants) - bad, len(mutants)))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
