#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""The checker itself: traces made by hand, right ones and wrong ones, and what verify says of them."""
import json
import os
import struct

import ust

METADATA = """/* CTF 1.8 */
trace { major = 1; minor = 8; byte_order = le;
	packet.header := struct { integer { size = 32; align = 8; } magic; }; };
clock { name = c; freq = 1000000000; };
stream {
	packet.context := struct {
		integer { size = 64; align = 8; map = clock.c.value; } timestamp_begin;
		integer { size = 64; align = 8; map = clock.c.value; } timestamp_end;
		integer { size = 64; align = 8; } content_size;
		integer { size = 64; align = 8; } packet_size;
		integer { size = 64; align = 8; } events_discarded;
		integer { size = 32; align = 8; signed = true; } pid; };
	event.header := struct {
		integer { size = 27; align = 8; map = clock.c.value; } timestamp;
		integer { size = 5; align = 1; } id; };
};
event { name = "p:e"; id = 1; fields := struct {
	integer { size = 32; align = 8; } _thr;
	integer { size = 64; align = 8; } _seq;
	string _text;
	integer { size = 16; align = 8; } __n_length;
	integer { size = 16; align = 8; } _n[__n_length];
	integer { size = 64; align = 8; } _sum; }; };
event { name = "ust:lost"; id = 2; fields := struct {
	integer { size = 64; align = 8; } _count; }; };
"""
MASK = (1 << 64) - 1


def mix(total, value):
    total = ((total ^ value) * 0x9e3779b97f4a7c15) & MASK
    return total ^ (total >> 29)


def event(when, seq, text="hello", thr=3, spoil=0):
    numbers = [seq + i for i in range(seq % 4)]
    total = mix(mix(0x243f6a8885a308d3, thr), seq)
    for byte in text.encode():
        total = mix(total, byte)
    total = mix(total, len(text))
    for number in numbers:
        total = mix(total, number)
    return (struct.pack("<I", when & ((1 << 27) - 1) | 1 << 27) + struct.pack("<IQ", thr, seq) +
            text.encode() + b"\0" + struct.pack("<H%dH" % len(numbers), len(numbers), *numbers) +
            struct.pack("<Q", total ^ spoil))


def packet(begin, end, *events, discarded=0, pid=77):
    content = b"".join(events)
    size = 8 * (4 + 44 + len(content))
    return struct.pack("<IQQQQQi", 0xC1FC1FC1, begin, end, size, size, discarded, pid) + content


def verify(*streams):
    directory = ust.path("trace")
    os.mkdir(directory)
    with open(os.path.join(directory, "metadata"), "w", encoding="ascii") as text:
        text.write(METADATA)
    for number, packets in enumerate(streams):
        with open(os.path.join(directory, "stream%d" % number), "wb") as data:
            data.write(b"".join(packets))
    return json.loads(ust.run([ust.prog("verify"), directory]).stdout)


@ust.point("a right trace is right")
def right():
    loss = struct.pack("<IQ", 150 | 2 << 27, 9)
    seen = verify([packet(100, 200, event(100, 0), event(100, 1), event(180, 2)),
                   packet(200, 300, event(210, 3), discarded=4)],
                  [packet(120, 160, event(130, 0, thr=4), loss)])
    ust.equal(seen, {"streams": 2, "packets": 3, "lost": 9, "discarded": 4, "torn": 0,
                     "backwards": 0, "twice": 0, "events": {"p:e": 5, "ust:lost": 1},
                     "threads": {"77/3": 4, "77/4": 1}}, "verify")


@ust.point("a spoiled sum is torn")
def torn():
    ust.equal(verify([packet(1, 9, event(2, 0), event(3, 1, spoil=1))])["torn"], 1, "torn")


@ust.point("a number seen before is seen twice")
def twice():
    seen = verify([packet(1, 9, event(2, 0), event(3, 0))])
    ust.equal((seen["twice"], seen["threads"]), (1, {"77/3": 1}), "twice, threads")
    seen = verify([packet(1, 9, event(2, 0), pid=1)], [packet(1, 9, event(3, 0), pid=2)])
    ust.equal(seen["twice"], 0, "twice in two processes")


@ust.point("time that goes back is noticed, between packets and inside one")
def backwards():
    ust.check(verify([packet(100, 200, event(150, 0)), packet(180, 300, event(190, 1))])
              ["backwards"] > 0, "packets that overlap")
    # 27 bits that go back read as a wrap: the event is then behind its packet's end.
    ust.check(verify([packet(100, 200, event(150, 0), event(140, 1))])["backwards"] > 0,
              "events out of order")


if __name__ == "__main__":
    ust.main()
