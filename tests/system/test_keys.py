# SPDX-License-Identifier: GPL-2.0-only
"""Static keys: very many sites switched on and off while 16 threads run through them, in programs,
libraries that come and go, static programs, text on huge pages and text that cannot be written."""
import os
import subprocess

import ust
from ust import check, equal, point, prog, ustctl

LIBUST = os.path.join(ust.BUILD, "libust", "libust.so")
THREADS = 16
TURNS = 3


class Keys:
    """The program, its sites recorded by session "keys"."""

    def __init__(self, mode, program="keys", plugin=None):
        command = [prog(program), str(THREADS), mode] + ([plugin] if plugin else [])
        preload = {} if program.endswith("-linked") else {"LD_PRELOAD": LIBUST}
        self.process = ust.start(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                 stderr=None, text=True, extra_env=preload)
        equal(self.process.stdout.readline(), "ready\n", "the program begins")

    def counts(self):
        """How often all, some, none of the sites were on; and more than there are."""
        self.process.stdin.write("\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        check(line, "the program is alive: %r" % self.process.poll())
        return [int(word) for word in line.split()]

    def wait_for_more(self, index):
        before = self.counts()[index]
        ust.wait_until(lambda: self.counts()[index] > before + THREADS, 60,
                       "sites are all %s" % ("on", "?", "off")[index])

    def end(self):
        self.process.stdin.close()
        line = self.process.stdout.readline()
        equal(self.process.wait(60), 0, "exit status")
        return [int(word) for word in line.split()]


def switch(mode, **kwargs):
    """Sessions that come and go; after each change all threads see all sites changed."""
    keys = Keys(mode, **kwargs)
    for turn in range(TURNS):
        name = "keys%d" % turn
        ustctl("create", name, "-o", ust.path(mode + name))
        ustctl("enable", name, "keys:many")
        ustctl("start", name)
        keys.wait_for_more(0)
        ustctl("disable" if turn % 2 else "stop", name, *(["keys:many"] if turn % 2 else []))
        keys.wait_for_more(2)
        ustctl("destroy", name)
    equal(keys.end()[3], 0, "no more sites than there are")


@point("200000 sites in a program")
def plain():
    switch("plain")


@point("text on huge pages")
def huge():
    switch("huge")


@point("no page both writable and executable")
def mdwe():
    switch("mdwe")


@point("text that can be written in no way")
def closed():
    switch("closed")


@point("a static program")
def static():
    switch("plain", program="keys-static-linked")


@point("a library that threads load and unload while it is traced")
def plugin():
    switch("plugin", plugin=prog("keys-plugin.so"))


ust.main()
