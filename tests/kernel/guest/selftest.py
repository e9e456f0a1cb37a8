# SPDX-License-Identifier: GPL-2.0-only
"""Records nested by force: an NMI between each reserve and its commit."""
import struct

import ktrace as k
from ktrace import check, equal

SELFTEST = "/sys/kernel/debug/ust_selftest"
NR = 5000


def nested(clock):
    with k.Session(contexts=0x80, clock=clock, subbuf=65536, nr=8) as s:
        names = {"nested": None, "outer": None}
        s.start()
        equal("%d NMIs came, clock %d" % (NR, clock), k.write(SELFTEST, "nmi %d" % NR), 0)
        s.stop()
        names = {name: ident for ident, _, name in s.definitions()}
        count = {"outer": 0, "nested": 0}
        bad = disorder = shallow = 0
        for cpu in range(k.os.cpu_count()):
            last = 0
            for ident, time, data in s.events(cpu):
                nesting, number, again = struct.unpack("=B2Q", data)
                kind = "outer" if ident == names["outer"] else "nested"
                count[kind] += 1
                bad += number != again ^ (2 ** 64 - 1)
                disorder += time <= last
                shallow += nesting != (kind == "nested")
                last = time
        lost = sum(s.info(c)["lost"] for c in range(k.os.cpu_count()))
        check("each is there once or counted", sum(count.values()) + lost == 2 * NR and
              count["nested"] > 0, (count, lost))
        equal("none is torn", bad, 0)
        equal("all times strictly rise", disorder, 0)
        equal("each nested one is one deep", shallow, 0)


def main():
    for clock in [1, 2]:
        k.expect(lambda: nested(clock))  # pylint: disable=cell-var-from-loop


main()
