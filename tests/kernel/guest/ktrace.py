# SPDX-License-Identifier: GPL-2.0-only
"""/dev/ust-trace for the scripts that run in the guest: <ust/abi/kernel.h> in Python."""
import errno
import fcntl
import mmap
import os
import struct
import subprocess
import sys

DEVICE = "/dev/ust-trace"
MODULES = os.environ.get("UST_MODULES", "")
PROGS = os.environ.get("UST_PROGS", "")
OUT = os.environ.get("UST_OUT", "/run")

OVERWRITE = 1
PID, UID, CGROUP = 1, 2, 3
ADD, REMOVE, CLEAR = 1, 2, 3
FOLLOW = 1
WHOLE = 1


def _ioc(direction, nr, size):
    return direction << 30 | size << 16 | ord("U") << 8 | nr


def _iow(nr, fmt):
    return _ioc(1, nr, struct.calcsize(fmt))


def _iowr(nr, fmt):
    return _ioc(3, nr, struct.calcsize(fmt))


F_VERSION = "=6I2Q64s"
F_LIST = "=2I128s"
F_SESSION = "=4I16s2I"
F_CHANNEL = "=2IQ2I"
F_ENABLE = "=4I128s"
F_FILTER = "=4IQ"
F_STREAM = "=4I"
F_LOSS = "=4I8Q"
F_INFO = "=4IQ2I2Q"
F_PIECE = "=2I4Q2I96s"

VERSION = _iowr(1, F_VERSION)
LIST = _iow(2, F_LIST)
SESSION = _iowr(3, F_SESSION)
CHANNEL = _iow(16, F_CHANNEL)
ENABLE = _iow(17, F_ENABLE)
DISABLE = _iow(18, F_ENABLE)
FILTER = _iow(19, F_FILTER)
START = _ioc(0, 20, 0)
STOP = _ioc(0, 21, 0)
STATEDUMP = _ioc(0, 22, 0)
STREAM = _iow(23, F_STREAM)
LOSS = _iowr(24, F_LOSS)
INFO = _iowr(32, F_INFO)
NEXT = _iowr(33, F_PIECE)
RELEASE = _ioc(0, 34, 0)


def pack(fmt, *values):
    """With the size in front."""
    return bytearray(struct.pack(fmt, struct.calcsize(fmt), *values))


def call(fd, request, arg=0):
    """ioctl(2): its result, or the negative errno."""
    try:
        return fcntl.ioctl(fd, request, arg)
    except OSError as error:
        return -error.errno


def version(fd):
    arg = pack(F_VERSION, 0, 0, 0, 0, 0, 0, 0, b"")
    result = call(fd, VERSION, arg)
    names = "size abi nr_cpus clock contexts nr_events memory_max memory release".split()
    return result, dict(zip(names, struct.unpack(F_VERSION, arg)))


def records(data):
    """(id, system, name) of each struct ust_kernel_event."""
    at = 0
    found = []
    while at < len(data):
        size, ident = struct.unpack_from("=2I", data, at)
        definition = data[at + 24:at + size]
        words = []
        where = 0
        for _ in range(2):
            length = struct.unpack_from("=I", definition, where)[0]
            words.append(definition[where + 4:where + 4 + length].decode())
            where += 4 + length
        found.append((ident, *words))
        at += size
    return found


def listing(device, pattern=""):
    fd = call(device, LIST, pack(F_LIST, 0, pattern.encode()))
    if fd < 0:
        return fd
    found = []
    while True:
        data = os.read(fd, 65536)
        if not data:
            break
        found += records(data)
    os.close(fd)
    return found


class Session:
    """One session with one channel."""

    def __init__(self, contexts=0, clock=0, subbuf=65536, nr=4, flags=0, wake_us=0):
        self.device = os.open(DEVICE, os.O_RDWR | os.O_CLOEXEC)
        self.fd = call(self.device, SESSION, pack(F_SESSION, 0, contexts, clock, b"", 0, 0))
        assert self.fd >= 0, "session: %s" % os.strerror(-self.fd)
        self.streams = {}
        if subbuf:
            result = call(self.fd, CHANNEL, pack(F_CHANNEL, flags, subbuf, nr, wake_us))
            assert result == 0, "channel: %s" % os.strerror(-result)

    def enable(self, pattern, request=None):
        return call(self.fd, request or ENABLE, pack(F_ENABLE, 0, 0, 0, pattern.encode()))

    def filter(self, kind, op, value=0, flags=0):
        return call(self.fd, FILTER, pack(F_FILTER, kind, op, flags, value))

    def start(self):
        return call(self.fd, START)

    def stop(self):
        return call(self.fd, STOP)

    def stream(self, cpu):
        if cpu not in self.streams:
            self.streams[cpu] = call(self.fd, STREAM, pack(F_STREAM, 0, cpu, 0))
        return self.streams[cpu]

    def info(self, cpu):
        arg = pack(F_INFO, 0, 0, 0, 0, 0, 0, 0, 0)
        assert call(self.stream(cpu), INFO, arg) == 0
        names = "size cpu channel overwrite subbuf_size nr_subbufs reserved map_size lost".split()
        return dict(zip(names, struct.unpack(F_INFO, arg)))

    def losses(self):
        """{event id: [by reason]}"""
        found = {}
        ident = 0
        while True:
            arg = pack(F_LOSS, 0, ident, 0, *[0] * 8)
            if call(self.fd, LOSS, arg) < 0:
                return found
            values = struct.unpack(F_LOSS, arg)
            found[values[2]] = values[4:]
            ident = values[2] + 1

    def next(self, cpu, flags=0):
        """(position, closed, packet header, content) or None. The piece stays held."""
        arg = pack(F_PIECE, flags, 0, 0, 0, 0, 0, 0, b"")
        result = call(self.stream(cpu), NEXT, arg)
        assert result >= 0, os.strerror(-result)
        if not result:
            return None
        _, _, offset, length, _, position, closed, _, header = struct.unpack(F_PIECE, arg)
        with mmap.mmap(self.stream(cpu), self.info(cpu)["map_size"], mmap.MAP_SHARED,
                       mmap.PROT_READ) as area:
            return position, closed, header, area[offset:offset + length]

    def take(self, cpu, flags=0):
        piece = self.next(cpu, flags)
        if piece:
            assert call(self.stream(cpu), RELEASE) == 0
        return piece

    def events(self, cpu, flags=0):
        """(id, time, content) of all that can be had."""
        found = []
        while True:
            piece = self.take(cpu, flags)
            if not piece:
                return found
            data = piece[3]
            at = 0
            while at < len(data):
                word, ident, time = struct.unpack_from("=2IQ", data, at)
                assert word & 31 == 31, "not an extended header"
                found.append((ident, time, data[at + 16:at + (word >> 5)]))
                at += word >> 5

    def definitions(self):
        found = []
        while True:
            try:
                found += records(os.read(self.fd, 65536))
            except BlockingIOError:
                return found

    def close(self):
        for fd in self.streams.values():
            if fd >= 0:
                os.close(fd)
        self.streams = {}
        os.close(self.fd)
        os.close(self.device)

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.close()


def shell(command):
    return subprocess.run(command, shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True, check=False)


def prog(name):
    return os.path.join(PROGS, name)


def write(path, text):
    """0 or the errno."""
    try:
        with open(path, "w", encoding="ascii") as file:
            file.write(text)
    except OSError as error:
        return error.errno
    return 0


def check(what, good, why=""):
    """One result of the test."""
    print("%s - %s" % ("ok" if good else "not ok", what))
    if not good and why != "":
        print("# " + str(why).strip().replace("\n", "\n# "))
    sys.stdout.flush()


def equal(what, value, wanted):
    check(what, value == wanted, "%r, not %r" % (value, wanted))


def refused(what, result, error):
    """The result of call() is that error."""
    check(what, result == -error, "%s" % (os.strerror(-result) if result < 0 else result))


def expect(function):
    """Runs it; what it does not catch is a failure of its own."""
    try:
        function()
    except Exception as error:  # pylint: disable=broad-except
        check(function.__name__.replace("_", " "), False, "%s: %s" % (type(error).__name__, error))


ENOENT, EINVAL, E2BIG, ENOMEM = errno.ENOENT, errno.EINVAL, errno.E2BIG, errno.ENOMEM
EBUSY, ENODEV, EOPNOTSUPP, ESRCH = errno.EBUSY, errno.ENODEV, errno.EOPNOTSUPP, errno.ESRCH
EFAULT, ENOTTY, EAGAIN = errno.EFAULT, errno.ENOTTY, errno.EAGAIN
