# SPDX-License-Identifier: GPL-2.0-only
"""What the device promises: arguments, access, limits, reading, filters, contexts, the tree."""
import ctypes
import mmap
import os
import select
import struct
import subprocess
import threading
import time

import ktrace as k
from ktrace import check, equal, refused

TREE = "/sys/kernel/debug/ust/events"


def busy(seconds=0.1):
    """Makes some events on every CPU."""
    for cpu in os.sched_getaffinity(0):
        os.sched_setaffinity(0, [cpu])
        for _ in range(20):
            os.getppid()
            time.sleep(0)
    os.sched_setaffinity(0, range(os.cpu_count()))
    time.sleep(seconds)


def versions():
    fd = os.open(k.DEVICE, os.O_RDWR)
    result, version = k.version(fd)
    check("version", result == 0 and version["abi"] == 1 and version["nr_cpus"] >= 1 and
          version["nr_events"] > 0 and
          version["release"].split(b"\0")[0].decode() == os.uname().release, version)
    arg = k.pack(k.F_VERSION, 0, 0, 0, 0, 0, 0, 0, b"")
    struct.pack_into("=I", arg, 0, 4)
    refused("a struct that is too small", k.call(fd, k.VERSION, arg), k.EINVAL)
    arg = bytearray(200)
    struct.pack_into("=I", arg, 0, 200)
    equal("a larger struct, zeros behind", k.call(fd, k.VERSION, arg), 0)
    arg[199] = 1
    refused("a larger struct, something behind", k.call(fd, k.VERSION, arg), k.E2BIG)
    refused("an unknown request", k.call(fd, k.VERSION + 50), k.ENOTTY)
    refused("a wild pointer", k.call(fd, k.VERSION), k.EFAULT)
    os.close(fd)


def arguments():
    with k.Session(subbuf=0) as s:
        def channel(flags, subbuf, nr, wake=0):
            return k.call(s.fd, k.CHANNEL, k.pack(k.F_CHANNEL, flags, subbuf, nr, wake))

        for what, args in {"odd size": (0, 65537, 4), "small": (0, 2048, 4), "many": (0, 4096, 512),
                           "one": (0, 4096, 1), "large": (0, 32 << 20, 4), "flag": (2, 4096, 4),
                           "three": (0, 4096, 3)}.items():
            refused("channel: %s" % what, channel(*args), k.EINVAL)
        refused("start without a channel", s.start(), k.EINVAL)
        refused("channel: larger than the memory", channel(0, 16 << 20, 256), k.ENOMEM)
        equal("channel", channel(0, 4096, 2), 0)
        equal("second channel", channel(1, 8192, 2), 1)
        for bad in ["", ":", "sched:", ":x", "a:b:c", "a b", "[a]", "x" * 127 + "y"]:
            refused("pattern '%s'" % bad[:8], s.enable(bad), k.EINVAL)
        equal("a pattern that matches nothing", s.enable("no:such"), 0)
        refused("enable in no channel", k.call(s.fd, k.ENABLE, k.pack(
            k.F_ENABLE, 0, 9, 0, b"sched")), k.EINVAL)
        refused("a stream of no CPU", s.stream(4096), k.ENODEV)
        refused("filter of no kind", s.filter(9, k.ADD, 1), k.EINVAL)
        refused("filter: no such process", s.filter(k.PID, k.ADD, 4000000), k.ESRCH)
        refused("filter: was not there", s.filter(k.PID, k.REMOVE, 1), k.ENOENT)
        refused("state dump of a session that is off", k.call(s.fd, k.STATEDUMP), k.EINVAL)
        refused("release of nothing", k.call(s.stream(0), k.RELEASE), k.EINVAL)
        equal("start", s.start(), 0)
        equal("start again", s.start(), 0)
        refused("channel of a started session", channel(0, 4096, 2), k.EBUSY)
        equal("stop", s.stop(), 0)
        equal("stop again", s.stop(), 0)
    device = os.open(k.DEVICE, os.O_RDWR)
    refused("unknown contexts", k.call(device, k.SESSION, k.pack(
        k.F_SESSION, 0, 1 << 31, 0, b"", 0, 0)), k.EINVAL)
    refused("unknown clock", k.call(device, k.SESSION, k.pack(
        k.F_SESSION, 0, 0, 77, b"", 0, 0)), k.EOPNOTSUPP)
    os.close(device)


def as_user(groups):
    """Whether a process of user and group 65534 may open the device."""
    pid = os.fork()
    if not pid:
        try:
            os.setgroups(groups)
            os.setgid(65534)
            os.setuid(65534)
            os.close(os.open(k.DEVICE, os.O_RDWR))
            os._exit(0)
        except OSError:
            os._exit(1)
    return os.waitpid(pid, 0)[1] == 0


def access():
    check("nobody may not open it", not as_user([]))
    # What 60-ust.rules does; there is no udev here.
    os.chown(k.DEVICE, 0, 4321)
    os.chmod(k.DEVICE, 0o660)
    check("the group may", as_user([4321]))
    check("others still may not", not as_user([]))
    os.chown(k.DEVICE, 0, 0)
    os.chmod(k.DEVICE, 0o600)


def mapping():
    with k.Session() as s:
        fd, size = s.stream(0), s.info(0)["map_size"]
        libc = ctypes.CDLL(None, use_errno=True)
        libc.mmap.restype = ctypes.c_void_p
        libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t] + [ctypes.c_int] * 3 + [
            ctypes.c_long]
        libc.mprotect.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int]

        def refused_map(prot, length, offset=0):
            return libc.mmap(None, length, prot, mmap.MAP_SHARED, fd, offset) == 2 ** 64 - 1

        check("mapping: writable", refused_map(mmap.PROT_READ | mmap.PROT_WRITE, size))
        check("mapping: executable", refused_map(mmap.PROT_READ | mmap.PROT_EXEC, size))
        check("mapping: too long", refused_map(mmap.PROT_READ, size + 4096))
        check("mapping: elsewhere", refused_map(mmap.PROT_READ, 4096, 4096))
        at = libc.mmap(None, size, mmap.PROT_READ, mmap.MAP_SHARED, fd, 0)
        check("mapping: read-only", at != 2 ** 64 - 1)
        check("mapping: stays read-only", libc.mprotect(at, 4096, 3) != 0)
        check("mapping: stays not executable", libc.mprotect(at, 4096, 5) != 0)
        libc.munmap(ctypes.c_void_p(at), ctypes.c_size_t(size))


def memory():
    used = k.version(os.open(k.DEVICE, os.O_RDWR))[1]["memory"]
    with k.Session(subbuf=1 << 20, nr=8) as s:
        now = k.version(s.device)[1]["memory"]
        check("memory is accounted", now - used >= os.cpu_count() * (8 << 20), (used, now))
        refused("a channel beyond the limit", k.call(s.fd, k.CHANNEL, k.pack(
            k.F_CHANNEL, 0, 16 << 20, 64, 0)), k.ENOMEM)
    equal("and given back", k.version(os.open(k.DEVICE, os.O_RDWR))[1]["memory"], used)


def in_use():
    with k.Session():
        result = k.shell("rmmod ust-trace")
        check("rmmod with a session open is refused", result.returncode != 0, result.stdout)
    with k.Session() as s:
        stream = os.dup(s.stream(0))
    check("rmmod with a stream open is refused", k.shell("rmmod ust-trace").returncode != 0)
    poll = select.poll()
    poll.register(stream, select.POLLIN)
    equal("a stream without session hangs up", poll.poll(0), [(stream, select.POLLHUP)])
    os.close(stream)


def definitions():
    with k.Session(contexts=0x3) as s:
        nr = s.enable("sched:sched_switch")
        equal("one event", nr, 1)
        names = [(system, name) for _, system, name in s.definitions()]
        equal("definitions: contexts first", names, [("ust", "context"), ("sched", "sched_switch")])
        s.enable("sched:sched_switch")
        s.enable("sched:sched_swi*")
        equal("nothing is told twice", s.definitions(), [])
        path = TREE + "/sched/sched_switch/"
        with open(path + "id", encoding="ascii") as file:
            ident = int(file.read())
        with open(path + "enable", encoding="ascii") as file:
            equal("the tree says it is on", file.read(), "1\n")
        listed = [i for i, _, _ in k.listing(s.device, "sched:sched_switch")]
        equal("tree and listing agree", listed, [ident])
        equal("disable: still wanted", s.enable("sched:sched_switch", k.DISABLE), 0)
        equal("disable", s.enable("sched:sched_swi*", k.DISABLE), 1)
        refused("disable again", s.enable("sched:sched_swi*", k.DISABLE), k.ENOENT)
        equal("write to the tree", k.write(path + "enable", "1"), 0)
        with open(path + "enable", encoding="ascii") as file:
            equal("switches it on", file.read(), "1\n")
        k.write(path + "enable", "0")


def recording():
    with k.Session() as s:
        s.enable("sched:sched_switch")
        busy()
        check("nothing before start", not any(s.events(c) for c in range(os.cpu_count())))
        s.start()
        busy()
        s.stop()
        found = [s.events(c) for c in range(os.cpu_count())]
        check("events on each CPU", all(len(f) > 5 for f in found), [len(f) for f in found])
        for events in found:
            times = [t for _, t, _ in events]
            check("times strictly rise", all(a < b for a, b in zip(times, times[1:])))
        busy()
        check("nothing after stop", not any(s.events(c) for c in range(os.cpu_count())))
        s.start()
        busy()
        s.stop()
        check("and again", all(s.events(c) for c in range(os.cpu_count())))


def losses():
    with k.Session(subbuf=4096, nr=2) as s:
        s.enable("sched")
        s.start()
        for _ in range(10):
            busy(0)
        s.stop()
        cpus = range(os.cpu_count())
        seen = sum(len(s.events(c)) for c in cpus)
        lost = sum(s.info(c)["lost"] for c in cpus)
        told = sum(sum(reasons) for reasons in s.losses().values())
        check("a full ring loses, and the ledger has each", seen and lost and lost == told,
              (seen, lost, told))


def overwrite():
    with k.Session(subbuf=4096, nr=4, flags=k.OVERWRITE) as s:
        s.enable("sched")
        s.start()
        for _ in range(10):
            busy(0)
        live = s.events(0)
        busy(0)
        s.stop()
        rest = s.events(0)
        times = [t for _, t, _ in live + rest]
        check("overwrite: a snapshot while it runs", len(live) > 20, len(live))
        check("overwrite: and the rest, in order", rest and
              all(a < b for a, b in zip(times, times[1:])), len(rest))
        equal("overwrite: nothing counts as lost", s.info(0)["lost"], 0)


def pids(s):
    """The pids in the first context of all events."""
    return {struct.unpack_from("=i", data)[0] for c in range(os.cpu_count())
            for _, _, data in s.events(c)}


def filters():
    with k.Session(contexts=1) as s:
        child = subprocess.Popen(["sh", "-c", "read x; /bin/true; /bin/true"],
                                 stdin=subprocess.PIPE)
        equal("filter: pid", s.filter(k.PID, k.ADD, child.pid, k.FOLLOW), 0)
        s.enable("sched:sched_switch")
        s.start()
        child.communicate(b"\n")
        busy()
        s.stop()
        seen = pids(s)
        check("only the process and its children", child.pid in seen and len(seen) >= 2 and
              os.getpid() not in seen and 0 not in seen, seen)
        equal("filter: none again", s.filter(k.PID, k.CLEAR), 0)
        s.start()
        busy()
        s.stop()
        check("everybody", os.getpid() in pids(s))
        equal("filter: uid", s.filter(k.UID, k.ADD, 12345), 0)
        s.start()
        subprocess.run(["setpriv", "--reuid", "12345", "--clear-groups", "sleep", "0.05"],
                       check=False)
        busy()
        s.stop()
        seen = pids(s)
        check("only the user's", len(seen) == 1 and os.getpid() not in seen, seen)
        s.filter(k.UID, k.CLEAR)


def cgroups():
    with k.Session(contexts=1) as s:
        path = "/sys/fs/cgroup/ust-test"
        os.mkdir(path)
        os.mkdir(path + "/inner")
        fd = os.open(path, os.O_RDONLY)
        equal("filter: cgroup", s.filter(k.CGROUP, k.ADD, fd), 0)
        os.close(fd)
        s.enable("sched:sched_switch")
        s.start()
        child = subprocess.Popen(["sh", "-c", "echo $$ >%s/inner/cgroup.procs; sleep 0.1" % path])
        child.wait()
        busy()
        s.stop()
        seen = pids(s)
        check("only those inside", child.pid in seen and os.getpid() not in seen, seen)
        refused("filter: no cgroup", s.filter(k.CGROUP, k.ADD, s.fd), 9)
        s.filter(k.CGROUP, k.CLEAR)
    os.rmdir(path + "/inner")
    os.rmdir(path)


def contexts():
    with k.Session(contexts=0x3ff) as s:
        s.filter(k.PID, k.ADD, os.getpid())
        s.enable("sched:sched_switch")
        s.start()
        busy()
        s.stop()
        good = True
        for cpu in range(os.cpu_count()):
            for _, _, data in s.events(cpu):
                pid, tid, comm, on, prio, preempt, irq, nesting = struct.unpack_from(
                    "=2i16sIiI2B", data)
                spaces = struct.unpack_from("=6I", data, 38)
                vtid = struct.unpack_from("=i", data, 62)[0]
                good &= pid == tid == vtid == os.getpid() and comm.startswith(b"python3")
                good &= on == cpu and prio == 120 and nesting == 0 and irq & 1
                good &= spaces[0] == os.stat("/proc/self/ns/uts").st_ino
                good &= spaces[3] == os.stat("/proc/self/ns/pid").st_ino
                good &= preempt < 8
        check("contexts are right", good)


def wake_ups():
    """A sleeping reader hears of what lies in an open sub-buffer; of many, one does."""
    with k.Session(wake_us=20000) as s:
        s.enable("sched:sched_switch")
        poll = select.poll()
        for cpu in range(os.cpu_count()):
            poll.register(s.stream(cpu), select.POLLIN)
        equal("poll: nothing yet", poll.poll(0), [])
        s.start()
        busy(0)
        check("poll: an open sub-buffer is offered", poll.poll(10000) != [])
    with k.Session() as s:
        woken = []

        def sleep():
            one = select.poll()
            one.register(s.stream(0), select.POLLIN)
            one.poll(4000)
            woken.append(time.monotonic())

        s.stream(0)
        threads = [threading.Thread(target=sleep) for _ in range(6)]
        for thread in threads:
            thread.start()
        time.sleep(0.5)
        switches = {t.native_id: switches_of(t.native_id) for t in threads}
        s.start()
        os.sched_setaffinity(0, [0])
        equal("record", k.write("/sys/kernel/debug/ust_selftest", "record 2500"), 0)
        os.sched_setaffinity(0, range(os.cpu_count()))
        time.sleep(0.5)
        moved = sum(not os.path.exists("/proc/self/task/%d" % tid) or switches_of(tid) > before
                    for tid, before in switches.items())
        check("poll: of six readers one is woken", moved == 1, moved)
        s.stop()
        for thread in threads:
            thread.join()


def switches_of(tid):
    try:
        with open("/proc/self/task/%d/status" % tid, encoding="ascii") as file:
            for line in file:
                if line.startswith("voluntary_ctxt"):
                    return int(line.split()[1])
    except OSError:
        pass
    return 0


def local_timer(cpu):
    with open("/proc/interrupts", encoding="ascii") as file:
        for line in file:
            if line.strip().startswith("LOC:"):
                return int(line.split()[1 + cpu])
    return 0


def ticks_of(cpu):
    """How often its timer interrupts a CPU in 500 periods."""
    before = local_timer(cpu)
    time.sleep(2)
    return local_timer(cpu) - before


def idle():
    """A CPU that has nothing to do is not woken to look for events, however often a busy one is."""
    last = os.cpu_count() - 1
    if not last:
        return
    os.sched_setaffinity(0, [0])
    # The rt flavour goes on ticking when it is idle, whether or not the module is there.
    without = ticks_of(last)
    with k.Session(wake_us=4000) as s:
        s.enable("no:such")
        s.start()
        ticks = ticks_of(last)
    os.sched_setaffinity(0, range(os.cpu_count()))
    check("an idle CPU sleeps: %d of 500 ticks, %d without a session" % (ticks, without),
          ticks < 250 if without < 250 else ticks <= without + 50)


def hotplug():
    if os.cpu_count() < 2:
        return
    online = "/sys/devices/system/cpu/cpu1/online"
    with k.Session(wake_us=10000) as s:
        s.enable("sched:sched_switch")
        s.start()
        busy()
        equal("CPU 1 goes", k.write(online, "0"), 0)
        check("its events stay readable", len(s.events(1)) > 5)
        with k.Session() as other:
            refused("a session made meanwhile has no stream for it", other.stream(1), k.ENODEV)
            other.enable("sched:sched_switch")
            other.start()
            equal("CPU 1 comes", k.write(online, "1"), 0)
            os.sched_setaffinity(0, [0, 1])
            busy()
            other.streams.clear()
            check("but when it comes it has one", len(other.events(1)) > 5)
        check("and the older session goes on", len(s.events(1)) > 5)


def main():
    for function in [versions, arguments, access, mapping, memory, in_use, definitions, recording,
                     losses, overwrite, filters, cgroups, contexts, wake_ups, idle, hotplug]:
        k.expect(function)


main()
