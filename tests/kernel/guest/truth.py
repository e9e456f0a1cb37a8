# SPDX-License-Identifier: GPL-2.0-only
"""Records the same events with ftrace and with the module at the same time; host/truth.py compares."""
import os
import shutil
import subprocess

TRACEFS = "/sys/kernel/tracing"
INSTANCE = TRACEFS + "/instances/truth"
OUT = os.environ["UST_OUT"]
EVENTS = """
irq:irq_handler_entry irq:irq_handler_exit irq:softirq_entry irq:softirq_raise
kmem:kmem_cache_alloc kmem:kmem_cache_free kmem:mm_page_alloc
net:net_dev_queue net:netif_receive_skb skb:consume_skb sock:inet_sock_set_state
raw_syscalls:sys_enter raw_syscalls:sys_exit
sched:sched_process_exec sched:sched_process_exit sched:sched_process_fork sched:sched_switch
sched:sched_wakeup sched:sched_waking signal:signal_generate task:task_newtask
syscalls:sys_enter_openat syscalls:sys_exit_openat syscalls:sys_enter_read
timer:hrtimer_start timer:timer_start
workqueue:workqueue_execute_start workqueue:workqueue_queue_work
iomap:iomap_iter iomap:iomap_iter_dstmap
""".split()
WORK = r"""
for i in 1 2 3; do cat /etc/passwd /etc/group >/dev/null; done
ls -l /usr/bin >/dev/null
sh -c 'kill -USR1 $$' || true
python3 - <<'PY'
import socket
a = socket.socket(); a.bind(("127.0.0.1", 0)); a.listen()
b = socket.create_connection(a.getsockname()); c = a.accept()[0]
for i in range(50):
    b.send(b"x" * 100 * i + b"y"); c.recv(65536)
PY
# ext4 has the kernel look for holes, which tells of it.
truncate -s 4M /run/disk
mkfs.ext4 -q /run/disk
mkdir -p /run/mounted
mount -o loop /run/disk /run/mounted
python3 - <<'PY'
import os
with open("/run/mounted/holes", "wb+") as file:
    for i in range(0, 40, 2):
        file.seek(i << 12)
        file.write(b"data")
    file.flush()
    os.fsync(file.fileno())
    at = 0
    while at < 38 << 12:
        at = os.lseek(file.fileno(), os.lseek(file.fileno(), at, os.SEEK_HOLE), os.SEEK_DATA)
PY
umount /run/mounted
sleep 0.1
"""


def write(path, text):
    with open(path, "w", encoding="ascii") as file:
        file.write(text)


def drain(cpu):
    """All that ftrace has of one CPU, page by page."""
    source = "%s/per_cpu/cpu%d/trace_pipe_raw" % (INSTANCE, cpu)
    fd = os.open(source, os.O_RDONLY | os.O_NONBLOCK)
    with open("%s/ftrace-%d" % (OUT, cpu), "wb") as out:
        while True:
            try:
                page = os.read(fd, 4096)
            except BlockingIOError:
                break
            if not page:
                break
            out.write(page.ljust(4096, b"\0"))
    os.close(fd)
    with open("%s/per_cpu/cpu%d/stats" % (INSTANCE, cpu), encoding="ascii") as file:
        return file.read()


def main():
    subprocess.run(["modprobe", "-a", "loop", "ext4"], check=True)
    events = [event for event in EVENTS
              if os.path.isdir("%s/events/%s" % (TRACEFS, event.replace(":", "/")))]
    os.mkdir(INSTANCE)
    write(INSTANCE + "/buffer_size_kb", "32768")
    for event in events:
        folder = "%s/events/%s" % (INSTANCE, event.replace(":", "/"))
        os.makedirs(OUT + "/formats", exist_ok=True)
        shutil.copyfile(folder + "/format", "%s/formats/%s" % (OUT, event))
        write(folder + "/enable", "1")
    subprocess.run([os.environ["UST_PROGS"] + "/kcat", "-b", "1048576", "-n", "16", OUT + "/trace",
                    ",".join(events), "bash", "-c", WORK], check=True)
    write(INSTANCE + "/tracing_on", "0")
    overruns = 0
    for cpu in range(os.cpu_count()):
        overruns += "overrun: 0" not in drain(cpu)
    for event in events:
        write("%s/events/%s/enable" % (INSTANCE, event.replace(":", "/")), "0")
    os.rmdir(INSTANCE)
    print("%s - ftrace and the module at the same time, %d events" %
          ("not ok" if overruns else "ok", len(events)))


main()
