#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""babeltrace2's count is what the program recorded, however many threads and however it ends."""
import concurrent.futures

import ust


def shapes(threads, events, *options, record=(), expect=0, lost=0, slack=0, timeout=120):
    counts = ust.path("counts")
    trace = ust.Recording([ust.prog("shapes"), counts, "-t", str(threads), "-n", str(events),
                           *options], options=record, expect=expect, timeout=timeout)
    done = ust.counts(counts)
    ust.check(sum(done[0::2]) >= events, "the program recorded %d events" % sum(done))
    # Both go over the whole trace: at the same time.
    with concurrent.futures.ThreadPoolExecutor(1) as other:
        counting = other.submit(trace.count)
        seen = ust.check_shapes(trace, done, lost=lost, slack=slack)
        count = counting.result()
    ust.equal(count, sum(seen["events"].values()), "babeltrace2's count")
    summary = trace.summary()
    ust.equal(summary["events"], count - seen["events"].get("ust:lost", 0),
              "events in record's summary")
    ust.equal(summary["lost"], seen["lost"], "lost in record's summary")
    return seen


# Holds a million events of ten shapes on each of two CPUs: nothing is lost, however late ustd is.
ROOM = ("--num-subbuf", "128", "--subbuf-size", "1M")


@ust.point("1 thread, 1 000 000 events of ten shapes, none lost")
def one_thread():
    shapes(1, 1000000, record=ROOM)


@ust.point("2 threads, 1 000 000 events of ten shapes, none lost")
def two_threads():
    shapes(2, 500000, record=ROOM)


@ust.point("default buffers: 500 000 events of ten shapes from 2 threads, none lost")
def default_buffers():
    # They fit, whether ustd fetches them in time or not.
    shapes(2, 250000)


@ust.point("32 threads, 960 000 events as fast as they can: what is lost is reported")
def many_threads():
    # 32 busy threads leave ustd a seventeenth of a CPU of two.
    shapes(32, 30000, lost=None)


@ust.point("32 threads, 320 000 events with pauses, none lost")
def many_threads_paced():
    shapes(32, 10000, "-u", "50")


@ust.point("10 000 000 events of ten shapes on 2 threads: what is lost is reported")
def ten_million():
    shapes(2, 5000000, "-s", lost=None, timeout=200)


@ust.point("SIGPROF handlers that record, on 1 and 4 threads")
def handlers():
    for threads in (1, 4):
        seen = shapes(threads, 400000 // threads, "-p")
        ust.check(any(int(k.split("/")[1]) % 2 for k in seen["threads"]), "no handler recorded")


@ust.point("small buffers lose events, and every loss is reported")
def losses():
    counts = ust.path("counts")
    name = "losses"
    trace = ust.Trace(ust.path("trace"))
    ust.ustctl("create", name, "--output", trace.directory, "--subbuf-size", "4096",
               "--num-subbuf", "2")
    ust.ustctl("enable", name, "shapes:*")
    ust.ustctl("start", name)
    ust.run([ust.prog("shapes-linked"), counts, "-t", "2", "-n", "100000"])
    ust.ustctl("destroy", name)
    seen = ust.check_shapes(trace, ust.counts(counts), lost=None)
    ust.check(seen["lost"] > 0, "nothing was lost: the test is too weak")


for _how, _status in (("return", 0), ("exit", 0), ("_exit", 0), ("thread", 0)):
    @ust.point("all events are there after the end by " + _how)
    def ends(how=_how, status=_status):
        shapes(2, 5003, "-e", how, expect=status)


@ust.point("all events are there after abort")
def aborts():
    shapes(2, 50003, "-e", "abort", expect=128 + 6, slack=2)


@ust.point("all events are there after SIGKILL, 20 times")
def kills():
    for round_ in range(20):
        shapes(1 + round_ % 4, 2000 + 317 * round_, "-e", "kill", expect=128 + 9, slack=4)


if __name__ == "__main__":
    ust.main()
