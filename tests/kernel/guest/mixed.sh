# SPDX-License-Identifier: GPL-2.0-only
# Every event there is on, under a mixed load, while modules come and go and another session switches
# events on and off; host/mixed.py reads the trace.
if [ "${UST_LONG:-}" ]; then
	export FOR=60 MEGABYTES=64 FILES=/usr/include/linux FORKS=150 LOOPS=50 SENDS=300 TIMES=2
else
	export FOR=0 MEGABYTES=16 FILES=/usr/include/x86_64-linux-gnu/sys FORKS=20 LOOPS=4 SENDS=40 TIMES=1
fi
HERE=$(dirname "$0")
export HERE
modprobe -a loop ext4 || echo "not ok - modules for the load"
touch /run/busy /run/rounds /run/toggles

modules() {
	while [ -e /run/busy ] || [ "$(wc -l </run/rounds)" -lt $TIMES ]; do
		modprobe xfs || echo "not ok - xfs came"
		rmmod xfs || echo "not ok - xfs went"
		echo x >>/run/rounds
	done
}

toggle() {
	while [ -e /run/busy ] || [ "$(wc -l </run/toggles)" -lt $TIMES ]; do
		"$UST_PROGS/kcat" -b 16384 -n 4 /run/toggled 'sched,irq,timer:*,syscalls:*read*' true >/dev/null ||
			echo "not ok - a second session"
		rm -rf /run/toggled
		echo x >>/run/toggles
	done
}

cat >/run/work.sh <<'W'
# All but those that just come with a module.
grep -sH "" /sys/kernel/debug/ust/events/*/*/enable | grep -v /xfs/ >/run/enabled
echo "# events on: $(grep -vc :0 /run/enabled), off: $(grep -c :0 /run/enabled), without system calls on:" \
	"$(grep -v /syscalls/ /run/enabled | grep -vc :0)"
mkdir -p /run/mounted
while :; do
	truncate -s ${MEGABYTES}M /run/disk
	mkfs.ext4 -q /run/disk
	mount -o loop,lazytime /run/disk /run/mounted
	[ -e /run/wide ] || python3 -B $HERE/wide.py
	touch /run/wide
	cp -r $FILES /run/mounted/files
	sync
	rm -rf /run/mounted/files
	umount /run/mounted
	for i in $(seq $FORKS); do /bin/true & done
	wait
	perf bench sched messaging -g 2 -l $LOOPS >/dev/null
	python3 /run/send.py
	[ $SECONDS -lt $FOR ] || break
done
W
cat >/run/send.py <<'PY'
import os
import socket
import threading
server = socket.socket()
server.bind(("127.0.0.1", 0))
server.listen()
def serve():
    peer = server.accept()[0]
    while peer.recv(65536):
        pass
thread = threading.Thread(target=serve)
thread.start()
client = socket.create_connection(server.getsockname())
for _ in range(int(os.environ["SENDS"])):
    client.sendall(b"x" * 20000)
client.close()
thread.join()
PY

modules &
toggle &
"$UST_PROGS/kcat" -b 262144 -n 8 "$UST_OUT/trace" '*' bash /run/work.sh && echo "ok - all events under load" ||
	echo "not ok - all events under load"
rm /run/busy
wait
echo "# $(wc -l </run/rounds) times a module, $(wc -l </run/toggles) times a second session"
