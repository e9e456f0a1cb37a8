# SPDX-License-Identifier: GPL-2.0-only
"""Part of the mixed load: makes kinds of events happen that files, processes and sockets do not.

Each function is a corner of the kernel; what one of them cannot do here is said and left."""
import ctypes
import fcntl
import mmap
import os
import signal
import socket
import struct
import subprocess
import time

LIBC = ctypes.CDLL(None, use_errno=True)
FILE = "/run/mounted/wide"


def write(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def shell(script):
    subprocess.run(script, shell=True, stdout=subprocess.DEVNULL, check=False)


def syscall(*args):
    result = LIBC.syscall(*[ctypes.c_long(a) if isinstance(a, int) else a for a in args])
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def file_locks():
    with open(FILE, "w+", encoding="ascii") as file:
        fcntl.lockf(file, fcntl.LOCK_EX)
        fcntl.lockf(file, fcntl.LOCK_UN)
        fcntl.flock(file, fcntl.LOCK_EX)
        fcntl.flock(file, fcntl.LOCK_UN)
    signal.signal(signal.SIGIO, signal.SIG_IGN)
    fd = os.open(FILE, os.O_RDONLY)
    fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    try:
        os.close(os.open(FILE, os.O_WRONLY | os.O_NONBLOCK))
    except BlockingIOError:
        pass
    fcntl.fcntl(fd, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    os.close(fd)


def timers():
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
    signal.setitimer(signal.ITIMER_REAL, 0.01)
    signal.sigwait([signal.SIGALRM])
    fd = LIBC.timerfd_create(8, 0)  # CLOCK_REALTIME_ALARM
    spec = (ctypes.c_long * 4)(0, 0, 0, 1000000)
    LIBC.timerfd_settime(fd, 0, spec, None)
    os.read(fd, 8)
    spec[2] = 1000
    LIBC.timerfd_settime(fd, 0, spec, None)
    os.close(fd)


def clock():
    fd = os.open("/dev/rtc0", os.O_RDONLY)
    now = bytearray(36)
    fcntl.ioctl(fd, 0x80247009, now)  # RTC_RD_TIME
    fcntl.ioctl(fd, 0x4024700a, bytes(now))  # RTC_SET_TIME
    alarm = bytearray(40)
    fcntl.ioctl(fd, 0x80287010, alarm)  # RTC_WKALM_RD
    fcntl.ioctl(fd, 0x7001)  # RTC_AIE_ON
    fcntl.ioctl(fd, 0x7002)  # RTC_AIE_OFF
    fcntl.ioctl(fd, 0x4008700c, 64)  # RTC_IRQP_SET
    fcntl.ioctl(fd, 0x7005)  # RTC_PIE_ON
    fcntl.ioctl(fd, 0x7006)  # RTC_PIE_OFF
    os.close(fd)


def ring():
    """A request of io_uring's that does nothing, a poll, and one that is done by a thread."""
    params = bytearray(120)
    fd = syscall(425, 4, (ctypes.c_char * 120).from_buffer(params))
    entries, = struct.unpack_from("=I", params, 0)
    sq_off = struct.unpack_from("=8I", params, 40)
    rings = mmap.mmap(fd, sq_off[6] + 4 * entries)
    sqes = mmap.mmap(fd, 64 * entries, offset=0x10000000)
    ends = os.pipe()
    for i, (op, flags, file, events) in enumerate([(0, 4, 0, 0), (0, 0, 0, 0), (6, 0, ends[0], 1),
                                                   (0, 16, 0, 0)]):
        struct.pack_into("=BBHiQQII", sqes, 64 * i, op, flags, 0, file, 0, 0, 0, events)
        struct.pack_into("=I", rings, sq_off[6] + 4 * i, i)
    struct.pack_into("=I", rings, sq_off[1], 4)
    syscall(426, fd, 4, 3, 1, 0, 0)
    os.write(ends[1], b"x")
    syscall(426, fd, 0, 4, 1, 0, 0)
    os.close(fd)


def memory():
    area = mmap.mmap(-1, 8 << 20, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    area.madvise(mmap.MADV_HUGEPAGE)
    area[:] = b"x" * len(area)
    write("/proc/sys/vm/compact_memory", "1")
    write("/proc/sys/vm/drop_caches", "3")
    write("/proc/self/oom_score_adj", "1")


def cgroups():
    top = "/sys/fs/cgroup"
    write(top + "/cgroup.subtree_control", "+memory +io")
    group = top + "/wide"
    os.mkdir(group)
    script = "echo $$ >%s/cgroup.procs; head -c 20M /dev/zero >/run/pages; sleep 100" % group
    write("/run/pages", "")
    with subprocess.Popen(["bash", "-c", script]) as child:
        for state in "10":
            write(group + "/cgroup.freeze", state)
        while os.path.getsize("/run/pages") < 20 << 20 and child.poll() is None:
            time.sleep(0.1)
        shell("modprobe zram && echo 64M >/sys/block/zram0/disksize && mkswap -q /dev/zram0 &&"
              "swapon /dev/zram0; echo 16M >%s/memory.reclaim; swapoff /dev/zram0" % group)
        shell("pkill -P %d" % child.pid)
        child.kill()
    os.unlink("/run/pages")
    os.rmdir(group)
    shell("mkdir -p /run/cg; mount -t cgroup -o none,name=wide wide /run/cg && mkdir /run/cg/a &&"
          "mv /run/cg/a /run/cg/b; rmdir /run/cg/b; mount -o remount /run/cg; umount /run/cg")


def network():
    for family, address in [(socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1")]:
        with socket.socket(family, socket.SOCK_DGRAM) as closed:
            closed.connect((address, 9))
            try:
                closed.send(b"x")
                closed.send(b"x")
            except OSError:
                pass
        with socket.socket(family) as closed:
            closed.connect_ex((address, 9))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as full:
        full.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
        full.bind(("127.0.0.1", 0))
        for _ in range(20):
            full.sendto(b"x" * 1000, full.getsockname())
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262) as server:  # IPPROTO_MPTCP
        server.bind(("127.0.0.1", 0))
        server.listen()
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM, 262) as client:
            client.connect(server.getsockname())
            client.sendall(b"x" * 10000)
            with server.accept()[0] as peer:
                peer.recv(65536)
    shell("""exec 2>/dev/null
        tc qdisc add dev lo root pfifo; ping -c 1 -W 1 127.0.0.1; tc qdisc del dev lo root
        ip netns add wide
        ip link add wide0 type veth peer name wide1 netns wide
        ip link add br0 type bridge; ip link set wide0 master br0; ip link set br0 up
        ip addr add 10.9.9.1/24 dev br0; ip link set wide0 up
        ip netns exec wide sh -c 'ip addr add 10.9.9.2/24 dev wide1; ip link set wide1 up'
        bridge fdb add 00:11:22:33:44:55 dev wide0 master static
        ip link set nothing up; ip addr add 300 dev br0; ip route add 10.0.0.0/33 dev br0
        python3 -c 'import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
for i in range(3): s.sendto(b"x", ("10.9.9.2", 9))'
        bridge fdb del 00:11:22:33:44:55 dev wide0 master; ip neigh flush all
        ip link del br0; ip link del wide0; ip netns del wide""")


def devices():
    fd = os.open("/dev/cpu_dma_latency", os.O_RDWR)
    os.write(fd, struct.pack("=i", 10))
    os.write(fd, struct.pack("=i", 20))
    os.close(fd)
    shell("""exec 2>/dev/null
        for device in /sys/bus/pci/devices/*/power/control; do
            echo auto >$device; echo on >$device
        done
        modprobe msr && dd if=/dev/cpu/0/msr bs=8 count=1 skip=2 iflag=skip_bytes
        modprobe i2c-stub chip_addr=0x50
        mount -t nothing nothing /run
        echo 10000 >/sys/block/loop0/queue/wbt_lat_usec
        echo 20 >/sys/kernel/debug/ust-clock/selftest""")
    if os.path.exists("/sys/module/i2c_stub"):
        shell("modprobe i2c-dev")
        fd = os.open("/dev/i2c-0", os.O_RDWR)
        fcntl.ioctl(fd, 0x0706, 0x50)  # I2C_SLAVE_FORCE
        data = ctypes.create_string_buffer(b"x", 34)
        for direction in (0, 1):
            request = struct.pack("=BBxxIQ", direction, 1, 2, ctypes.addressof(data))
            fcntl.ioctl(fd, 0x0720, request)  # I2C_SMBUS
        os.close(fd)


def scheduler():
    write("/proc/sys/kernel/sched_schedstats", "1")
    shell("""exec 2>/dev/null
        for i in 1 2 3 4; do dd if=/dev/loop0 of=/dev/null bs=1M count=1 iflag=direct & done
        wait""")
    write("/proc/sys/kernel/sched_schedstats", "0")


def processors():
    last = os.cpu_count() - 1
    if last:
        for value in "01":
            write("/sys/devices/system/cpu/cpu%d/online" % last, value)


def main():
    for corner in (file_locks, timers, clock, ring, memory, cgroups, network, devices, scheduler,
                   processors):
        try:
            corner()
        except (OSError, ValueError) as error:
            print("# %s: %s" % (corner.__name__, error))


main()
