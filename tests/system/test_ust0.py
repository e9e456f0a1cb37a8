# SPDX-License-Identifier: GPL-2.0-only
"""usttrace, as scripts for UST 0.x call it."""
import os

import ust
from ust import check, equal, point, prog

USTTRACE = os.path.join(ust.SOURCE, "libustctl", "usttrace")
PATH = os.path.dirname(ust.USTCTL) + ":" + os.environ["PATH"]


def usttrace(*arguments, home=None, expect=0, **more):
    extra = dict(more, PATH=PATH, HOME=home or ust.path("home"))
    return ust.run([USTTRACE, *arguments], extra_env=extra, expect=expect)


@point("usttrace -o DIR, with every option of old")
def output():
    directory = ust.path("trace")
    usttrace("-l", "-L", "-f", "-s", "-m", "-S", "64k", "-N", "8", "-o", directory,
             prog("alloc"))
    check(any(" malloc:" in line for line in ust.Trace(directory).text()), "no malloc event")


@point("usttrace finds its own place, and usttrace -W tells it")
def last():
    home = ust.path("home")
    usttrace("-W", home=home, expect=1)
    usttrace("-m", prog("alloc"), home=home)
    first = usttrace("-W", home=home).stdout.strip()
    check(ust.Trace(first).text(), "the trace is empty")
    usttrace("-m", prog("alloc"), home=home)
    check(usttrace("-W", home=home).stdout.strip() != first, "the last trace is not a new one")


@point("usttrace: exit status, arguments, environment")
def status():
    directory = ust.path("trace")
    usttrace("-o", directory, "sh", "-c", "exit $#", "-o", "a b", "c", expect=2,
             UST_OVERWRITE="1", UST_SUBBUF_SIZE="64k", UST_SUBBUF_NUM="4")
    equal(usttrace("-x", "true", expect=2).stdout, "", "output of wrong usage")
    usttrace(expect=2)
    check("Usage" in usttrace("-h").stdout, "no help")


@point("ustctl tells what became of the commands of old")
def commands():
    for name in ("list-pids", "list-markers", "--start-trace", "set-subbuf-size"):
        said = ust.ustctl(name, "1", "auto", expect=2).stderr
        check("UST 0.x" in said and "ustctl " in said, "%s: %s" % (name, said))


ust.main()
