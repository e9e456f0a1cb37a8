#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What interposition adds to a call, beside LTTng's libc wrapper: table and JSON lines.

usage: preload.py PROGRAM [--without-lttng] [--batches N] [--rounds N] [--redis]

Each round runs the program plain and under each kind of tracing, in flight-recorder mode. --redis:
throughput of redis-server, traced against untraced, instead.
"""
import argparse
import json
import os
import re
import statistics
import subprocess
import time

import sessions

# What the project promises.
MAX_PAIR_NS = 45
MAX_PAIR_OF_LTTNG = 0.3
MAX_CALL_NS = 150
MIN_REDIS = 0.9

REDIS_REQUESTS = 200000

LTTNG_WRAPPER = "/usr/lib/x86_64-linux-gnu/liblttng-ust-libc-wrapper.so"


def library(name):
    return os.path.join(sessions.BUILD, "libust", "libust-%s.so" % name)


class Ours(sessions.Ours):
    """As its base, for the events of the preload libraries."""

    def __init__(self, place, patterns):
        super().__init__(place, overwrite=True)
        for pattern in patterns:
            place.ustctl("enable", "bench", pattern)


class Lttng:
    """LTTng's libc wrapper into a flight recorder."""

    def __init__(self, place):
        self.place = place
        place.lttng("create", sessions.LTTNG_SESSION, "--snapshot", "--output=" + place.directory())
        place.lttng("enable-channel", "-u", "bench", "--subbuf-size", str(sessions.SUBBUF_SIZE),
                    "--num-subbuf", str(sessions.NUM_SUBBUF), "--overwrite")
        place.lttng("enable-event", "-u", "lttng_ust_libc:*", "-c", "bench")
        place.lttng("start")

    def end(self):
        self.place.lttng("destroy", sessions.LTTNG_SESSION)


# name: preloads, patterns, UST_CALL
KINDS = {
    "off": (["malloc", "pthread", "io"], [], None),
    "malloc": (["malloc"], ["malloc:*"], None),
    "pthread": (["pthread"], ["pthread:*"], None),
    "io": (["io"], ["io:*"], None),
    "call, prototype": (["call"], ["libbench-preload:*"],
                        "libbench-preload.so:bench_called(int number, ptr pointer) -> int"),
    "call, registers": (["call"], ["libbench-preload:*"], "libbench-preload.so:bench_called"),
}
ROW_OF = {"malloc": "malloc+free", "pthread": "mutex lock+unlock", "io": "read 1 byte",
          "call, prototype": "call", "call, registers": "call", "LTTng": "malloc+free"}


def run(place, program, batches, preloads=(), rules=None):
    env = dict(place.env, LD_PRELOAD=":".join(preloads))
    if rules:
        env["UST_CALL"] = rules
    text = sessions.run([program, str(batches)], env)
    return {row["row"]: row["median_ns"] for row in map(json.loads, text.splitlines())}


def one_round(place, options, found):
    def add(kind, rows):
        for row, ns in rows.items():
            found.setdefault((kind, row), []).append(ns)

    add("plain", run(place, options.program, options.batches))
    for kind, (names, patterns, rules) in KINDS.items():
        session = Ours(place, patterns) if patterns else None
        try:
            add(kind, run(place, options.program, options.batches,
                          [sessions.LIBUST] + [library(n) for n in names], rules))
        finally:
            if session:
                session.end()
    if place.with_lttng:
        session = Lttng(place)
        try:
            add("LTTng", run(place, options.program, options.batches, [LTTNG_WRAPPER]))
        finally:
            session.end()


def table(found):
    """The figures: what each kind adds to the plain run's median."""
    median = {key: statistics.median(values) for key, values in found.items()}
    plain = {row: ns for (kind, row), ns in median.items() if kind == "plain"}
    figures = []
    print("  %-20s %-20s %9s %9s %9s" % ("", "", "plain ns", "with ns", "added ns"))
    for (kind, row), ns in median.items():
        if kind == "plain" or (kind == "off" and row == "call") or ROW_OF.get(kind, row) != row:
            continue
        figures.append({"bench": "preload", "kind": kind, "row": row, "plain_ns": plain[row],
                        "with_ns": round(ns, 2), "added_ns": round(ns - plain[row], 2)})
        print("  %-20s %-20s %9.2f %9.2f %9.2f" % (kind, row, plain[row], ns, ns - plain[row]))
    return figures


def judge(figures):
    added = {f["kind"]: f["added_ns"] for f in figures if f["kind"] != "off"}
    print("malloc+free: %.1f ns more (promised: at most %d)" % (added["malloc"], MAX_PAIR_NS))
    if "LTTng" in added:
        print("malloc+free: %.2f of what LTTng's wrapper adds (promised: at most %.1f)" %
              (added["malloc"] / added["LTTng"], MAX_PAIR_OF_LTTNG))
    print("a call by its prototype: %.1f ns more (promised: at most %d)" %
          (added["call, prototype"], MAX_CALL_NS))
    return 0 if added["malloc"] <= MAX_PAIR_NS and added["call, prototype"] <= MAX_CALL_NS and \
        added["malloc"] <= MAX_PAIR_OF_LTTNG * added.get("LTTng", 1e9) else 1


def redis_run(place, preload):
    """Requests per second of SET over a socket in the file system, and microseconds of the server's
    CPUs for each."""
    sock = place.top + "/redis.sock"
    client = ["redis-cli", "-s", sock]
    server = ["redis-server", "--port", "0", "--unixsocket", sock, "--save", "", "--dir", place.top]
    if preload:
        server = [sessions.USTCTL, "record", "-o", place.directory(), "-p", preload, "--"] + server
    process = subprocess.Popen(server, env=place.env, stdin=subprocess.DEVNULL,
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def cpu():
        text = sessions.run([*client, "info", "cpu"])
        return sum(float(n) for n in re.findall(r"^used_cpu_(?:user|sys):([\d.]+)", text, re.MULTILINE))
    try:
        for _ in range(200):
            if "PONG" in sessions.run([*client, "ping"], check=False):
                break
            time.sleep(0.05)
        start = cpu()
        text = sessions.run(["redis-benchmark", "-s", sock, "-n", str(REDIS_REQUESTS), "-q", "-t", "set"])
        return (float(re.findall(r"([\d.]+) requests per second", text)[-1]),
                (cpu() - start) / REDIS_REQUESTS * 1e6)
    finally:
        sessions.run([*client, "shutdown", "nosave"], check=False)
        process.wait(60)


def redis(place, options):
    runs = {"": [], "malloc,io": []}
    for _ in range(options.rounds):
        for preload, found in runs.items():
            found.append(redis_run(place, preload))
    (plain, plain_us), (traced, traced_us) = ([statistics.median(column) for column in zip(*found)]
                                              for found in runs.values())
    print("redis SET: %.0f a second, with malloc and io traced %.0f: %.3f (promised: at least %.1f)"
          % (plain, traced, traced / plain, MIN_REDIS))
    print("the server's CPU for each: %.2f us, traced %.2f us" % (plain_us, traced_us))
    sessions.print_json([{"bench": "preload-redis", "plain": plain, "traced": traced,
                          "ratio": round(traced / plain, 3), "plain_cpu_us": round(plain_us, 3),
                          "traced_cpu_us": round(traced_us, 3)}])
    return 0 if traced / plain >= MIN_REDIS else 1


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("--without-lttng", action="store_true")
    parser.add_argument("--batches", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--redis", action="store_true")
    options = parser.parse_args()
    with sessions.Rig(not options.without_lttng and not options.redis and
                      os.path.exists(LTTNG_WRAPPER)) as place:
        if options.redis:
            return redis(place, options)
        found = {}
        for _ in range(options.rounds):
            one_round(place, options, found)
        figures = table(found)
        status = judge(figures)
        sessions.print_json(figures)
    return status


if __name__ == "__main__":
    sessions.run_main(main)
