# SPDX-License-Identifier: GPL-2.0-only
# Every event there is, under a mixed load, while modules come and go and another session switches
# events on and off; host/mixed.py reads the trace.
modprobe -a loop ext4 || echo "not ok - modules for the load"
touch /run/busy

modules() {
	while [ -e /run/busy ]; do
		modprobe xfs && rmmod xfs || echo "not ok - xfs came and went"
		echo x >>/run/rounds
	done
}

toggle() {
	while [ -e /run/busy ]; do
		"$UST_PROGS/kcat" -b 16384 -n 4 /run/toggled 'sched,irq,timer:*,syscalls:*read*' true >/dev/null ||
			echo "not ok - a second session"
		rm -rf /run/toggled
		echo x >>/run/toggles
	done
}

cat >/run/work.sh <<'W'
truncate -s 64M /run/disk
mkfs.ext4 -q /run/disk
mkdir -p /run/mounted
mount -o loop /run/disk /run/mounted
cp -r /usr/include/linux /run/mounted/
sync
rm -rf /run/mounted/linux
umount /run/mounted
for i in $(seq 150); do /bin/true & done
wait
perf bench sched messaging -g 2 -l 50 >/dev/null
python3 - <<'PY'
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
for _ in range(300):
    client.sendall(b"x" * 20000)
client.close()
thread.join()
PY
W

modules &
toggle &
"$UST_PROGS/kcat" -b 262144 -n 8 "$UST_OUT/trace" '*' bash /run/work.sh && echo "ok - all events under load" ||
	echo "not ok - all events under load"
rm /run/busy
wait
echo "# $(wc -l </run/rounds) times a module, $(wc -l </run/toggles) times a second session"
[ "$(wc -l </run/rounds)" -ge 2 ] && [ "$(wc -l </run/toggles)" -ge 2 ] &&
	echo "ok - modules and sessions came and went" || echo "not ok - modules and sessions came and went"
