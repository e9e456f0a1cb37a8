# SPDX-License-Identifier: GPL-2.0-only
"""Boots an installed Debian kernel in QEMU and runs a script as root in it.

The guest's root is the host's, read-only over 9p with an overlay in RAM on top, so every installed
program runs there. A second 9p share carries what goes in and comes out: /mnt/share. To a kernel that
has no 9p (the cloud flavour) both go over virtiofs, which takes a server for each.

    vm.py [--kernel RELEASE] [--smp N] [--cpu MODEL] [--parallel] [--icount] [--append TEXT]
          SCRIPT [ARGUMENT...]
"""
import argparse
import contextlib
import glob
import gzip
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile

# What the guest needs before it has a root: busybox and these modules with their dependencies.
MODULES = {"9p": ["virtio_pci", "9pnet_virtio", "9p", "overlay"],
           "virtiofs": ["virtio_pci", "virtiofs", "overlay"]}
# How it mounts the host's root, and the share.
MOUNTS = {"9p": ("-o ro,trans=virtio,version=9p2000.L,msize=512000,cache=loose",
                 "-o trans=virtio,version=9p2000.L,msize=512000"),
          "virtiofs": ("-o ro", "")}
VIRTIOFSD = "/usr/lib/qemu/virtiofsd"
APPLETS = ["cat", "echo", "insmod", "ln", "mkdir", "mount", "poweroff", "sh", "switch_root"]

# A TSC that the kernel trusts, and one that it does not (several CPUs of no known vendor).
TRUSTED = "max,vendor=GenuineIntel"
DISTRUSTED = "max"

INIT = """#!/bin/sh
mount -t devtmpfs dev /dev; mount -t proc proc /proc; mount -t sysfs sys /sys
for m in %(modules)s; do insmod /m/$m || echo "GUEST: insmod $m failed"; done
mount -t %(fs)s %(root)s hostroot /lower || { echo "GUEST: no root"; poweroff -f; }
mount -t tmpfs rw /rw; mkdir /rw/up /rw/wk
mount -t overlay -o lowerdir=/lower,upperdir=/rw/up,workdir=/rw/wk ov /newroot
mkdir -p /newroot/mnt/share
mount -t %(fs)s %(share)s share /newroot/mnt/share || { echo "GUEST: no share"; poweroff -f; }
mount --move /dev /newroot/dev; mount --move /proc /newroot/proc; mount --move /sys /newroot/sys
mount -t tmpfs run /newroot/run
mkdir -p /newroot/dev/shm /newroot/dev/pts
mount -t tmpfs shm /newroot/dev/shm; mount -t devpts pts /newroot/dev/pts
mount -t cgroup2 cg /newroot/sys/fs/cgroup
mount -t tracefs tf /newroot/sys/kernel/tracing; mount -t debugfs df /newroot/sys/kernel/debug
exec switch_root /newroot /bin/bash /mnt/share/.init
"""

SESSION = """
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root TERM=dumb
export LC_ALL=C.UTF-8 UST_RUNTIME_DIR=/run/ust TMPDIR=/run
ip link set lo up
cd /mnt/share
%(command)s </dev/null 2>&1
echo $? >/mnt/share/.rc
sync
echo o >/proc/sysrq-trigger
sleep 30
"""

# What the console of a healthy guest never shows.
BAD_GREP = (r"(BUG:|BUG [^ ]+ \(|kernel BUG|WARNING:|Oops|KASAN|INFO: (task|possible|lockdep)|"
            r"general protection|Call Trace|Kernel panic|rcu.*(stall|detected)|soft lockup|"
            r"nable to handle|corruption|refcount_t:|usercopy:|sleeping function)")
BAD = re.compile(BAD_GREP)
# A host that is busy stalls the guest. Booting does not wait for a timer that then seems not to work;
# where all CPUs are stalled at once, a lock-up that is one ends at the timeout. What protects a real
# CPU from programs (page tables of their own above all) makes QEMU's take half as long again.
CONSOLE = "console=ttyS0 quiet panic=-1 no_timer_check mitigations=off "
PATIENT = "watchdog_thresh=60 "
# What Debian's kernel can check besides what it always does (lists, references, stack ends, tasks that
# hang): red zones, poison and consistency of slabs; pages that are written to after they were freed. It
# has neither lockdep nor KASAN nor KFENCE.
CHECKS = "slub_debug=FZP page_poison=1 "
# QEMU 7.2 with parallel vCPUs can spin for ever on a stale translation of a patched instruction.
LOCKUP = re.compile(r"soft lockup|rcu.*(stall|detected)|hung task|blocked for more than")


class Missing(Exception):
    """Something that has to be installed is not."""


def releases(flavour="amd64"):
    """Installed kernels of that flavour with headers, oldest first."""
    found = [os.path.basename(os.path.dirname(p)) for p in glob.glob("/lib/modules/*/build")]
    return sorted((r for r in found if os.path.exists("/boot/vmlinuz-" + r) and
                   re.fullmatch(r"[0-9.]+-[0-9]+-" + flavour, r)),
                  key=lambda r: [int(n) for n in re.findall(r"\d+", r)])


def newest(flavour=None):
    """The newest installed kernel of a flavour ("cloud", "rt"), or of any, the plain one first."""
    found = (releases(flavour + "-amd64") if flavour else
             releases() or releases("(cloud|rt)-amd64"))
    if not found:
        name = flavour + "-amd64" if flavour else "amd64"
        raise Missing("no kernel with headers: apt install linux-image-%s linux-headers-%s" %
                      (name, name))
    return found[-1]


def modules(flavour=None):
    """Where build.py builds the modules for it."""
    return os.path.join(os.environ["UST_TEST_BUILD"], "tests", "kernel",
                        "modules" + ("-" + flavour if flavour else ""))


def share_kind(release):
    """How that kernel can see the host's files: a key of MODULES."""
    known = subprocess.run(["modprobe", "-S", release, "--show-depends", "9p"],
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False)
    return "virtiofs" if known.returncode else "9p"


def dependencies(release):
    """Files of the modules, in the order in which they are to be inserted."""
    files = []
    for module in MODULES[share_kind(release)]:
        run = subprocess.run(["modprobe", "-S", release, "--show-depends", module],
                             stdout=subprocess.PIPE, text=True, check=False)
        for line in run.stdout.splitlines():
            words = line.split()
            if words[0] == "insmod" and words[1] not in files:
                files.append(words[1])
    return files


def make_initrd(release, path):
    """A compressed cpio archive with busybox, the modules and an init."""
    busybox = shutil.which("busybox")
    if not busybox or not shutil.which("cpio") or not shutil.which("modprobe"):
        raise Missing("busybox, cpio or kmod: apt install busybox-static cpio kmod")
    with tempfile.TemporaryDirectory() as top:
        for name in ["bin", "dev", "lower", "m", "newroot", "proc", "rw", "sys"]:
            os.mkdir(os.path.join(top, name))
        shutil.copy(busybox, os.path.join(top, "bin/busybox"))
        for applet in APPLETS:
            os.symlink("busybox", os.path.join(top, "bin", applet))
        files = dependencies(release)
        for file in files:
            shutil.copy(file, os.path.join(top, "m"))
        with open(os.path.join(top, "init"), "w", encoding="ascii") as f:
            kind = share_kind(release)
            f.write(INIT % {"modules": " ".join(os.path.basename(f) for f in files), "fs": kind,
                            "root": MOUNTS[kind][0], "share": MOUNTS[kind][1]})
        os.chmod(os.path.join(top, "init"), 0o755)
        names = subprocess.run(["find", "."], cwd=top, stdout=subprocess.PIPE, check=True).stdout
        archive = subprocess.run(["cpio", "-o", "-H", "newc", "--quiet"], cwd=top, input=names,
                                 stdout=subprocess.PIPE, check=True).stdout
    with gzip.open(path, "wb", compresslevel=1) as f:
        f.write(archive)


def complaints(console):
    return [line for line in console.splitlines() if BAD.search(line)]


class Result:
    """status: of the script, None if it did not end; console: all that was printed."""

    def __init__(self, status, console, share):
        self.status = status
        self.console = console
        self.share = share

    def locked_up(self):
        return self.status is None or bool(LOCKUP.search(self.console))


def plan9(share):
    """QEMU's arguments for the host's root and the share over 9p."""
    return ["-virtfs", "local,path=/,mount_tag=hostroot,security_model=none,readonly=on,"
                       "multidevs=remap",
            "-virtfs", "local,path=%s,mount_tag=share,security_model=none,"
                       "multidevs=remap" % share]


class VirtioFs:
    """The servers of the host's root and of the share, while a guest runs."""

    def __init__(self, share, memory):
        if not os.path.exists(VIRTIOFSD):
            raise Missing("virtiofsd: apt install qemu-system-common")
        self.directory = tempfile.mkdtemp(prefix="ust-virtiofs.")
        # They read the guest's memory, which therefore is shared.
        self.arguments = ["-object", "memory-backend-memfd,id=ram,size=%dM,share=on" % memory,
                          "-numa", "node,memdev=ram"]
        self.servers = []
        for tag, source in (("hostroot", "/"), ("share", share)):
            path = os.path.join(self.directory, tag)
            self.arguments += ["-chardev", "socket,id=%s,path=%s" % (tag, path),
                               "-device", "vhost-user-fs-pci,chardev=%s,tag=%s" % (tag, tag)]
            self.servers.append(self.serve(path, source))

    @staticmethod
    def serve(path, source):
        """A server on a socket that it is given: QEMU finds it there, however slow it starts."""
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(path)
            listening.listen()
            return subprocess.Popen(
                [VIRTIOFSD, "--fd=%d" % listening.fileno(), "-o", "source=" + source, "-o",
                 "sandbox=chroot", "-o", "cache=auto"], pass_fds=[listening.fileno()],
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def close(self):
        for server in self.servers:
            server.kill()
            server.wait()
        shutil.rmtree(self.directory)


class Guest:
    """A kernel to boot, with a directory for its initrd and its share."""

    def __init__(self, directory, release=None):
        if not shutil.which("qemu-system-x86_64"):
            raise Missing("qemu-system-x86_64: apt install qemu-system-x86")
        self.release = release or newest()
        self.directory = directory
        self.share = os.path.join(directory, "share")
        os.makedirs(self.share, exist_ok=True)
        self.initrd = os.path.join(directory, "initrd-%s.gz" % self.release)
        if not os.path.exists(self.initrd):
            make_initrd(self.release, self.initrd)

    def command(self, smp, cpu, parallel, icount, memory, append, shares):
        accel = "tcg,thread=" + ("multi" if parallel and not icount else "single")
        return [
            "qemu-system-x86_64", "-accel", accel, "-smp", str(1 if icount else smp),
            "-m", str(memory), "-cpu", cpu, "-nographic", "-no-reboot", "-net", "none",
            "-kernel", "/boot/vmlinuz-" + self.release, "-initrd", self.initrd,
            "-append", CONSOLE + ("" if icount else CHECKS) + ("" if parallel else PATIENT) + append,
            *(["-icount", "shift=0,sleep=off"] if icount else []),
            *shares,
        ]

    @contextlib.contextmanager
    def shares(self, memory):
        """QEMU's arguments for the two shares, as long as they are needed."""
        if share_kind(self.release) == "9p":
            yield plan9(self.share)
            return
        served = VirtioFs(self.share, memory)
        try:
            yield served.arguments
        finally:
            served.close()

    def run(self, command, smp=2, cpu=TRUSTED, parallel=False, icount=False, memory=1024,
            timeout=800, append=""):
        """Runs a shell command. parallel: real concurrency of the vCPUs, with its price (LOCKUP);
        then, and only then, a guest that locked up is booted once more."""
        with open(os.path.join(self.share, ".init"), "w", encoding="utf-8") as f:
            f.write(SESSION % {"command": command})
        for attempt in range(2 if parallel else 1):
            with self.shares(memory) as shares:
                result = self.boot(self.command(smp, cpu, parallel, icount, memory, append, shares),
                                   timeout)
            if not result.locked_up():
                break
            if attempt == 0 and parallel:
                sys.stderr.write("# the guest locked up (QEMU): once more\n")
        return result

    def boot(self, argv, timeout):
        rc = os.path.join(self.share, ".rc")
        if os.path.exists(rc):
            os.unlink(rc)
        with subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                              stderr=subprocess.STDOUT) as qemu:
            try:
                console = qemu.communicate(timeout=timeout)[0]
            except subprocess.TimeoutExpired:
                qemu.kill()
                console = qemu.communicate()[0]
            except BaseException:
                qemu.kill()
                raise
        status = None
        if os.path.exists(rc):
            with open(rc, encoding="ascii") as f:
                status = int(f.read() or -1)
        return Result(status, console.decode("utf-8", "replace"), self.share)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--kernel")
    parser.add_argument("--smp", type=int, default=2)
    parser.add_argument("--cpu", default=TRUSTED)
    parser.add_argument("--parallel", action="store_true")
    parser.add_argument("--icount", action="store_true")
    parser.add_argument("--memory", type=int, default=1024)
    parser.add_argument("--timeout", type=int, default=800)
    parser.add_argument("--append", default="")
    parser.add_argument("--dir", default=os.path.join(tempfile.gettempdir(), "ust-guest"))
    parser.add_argument("command", nargs=argparse.REMAINDER)
    args = parser.parse_args()
    result = Guest(args.dir, args.kernel).run(
        shlex.join(args.command), smp=args.smp, cpu=args.cpu, parallel=args.parallel,
        icount=args.icount, memory=args.memory, timeout=args.timeout, append=args.append)
    print(result.console)
    sys.exit(result.status if result.status is not None else 125)


if __name__ == "__main__":
    try:
        main()
    except Missing as missing:
        sys.exit("missing: %s" % missing)
