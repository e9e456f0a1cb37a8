#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-2.0-only
#
# The command line of ustctl: help, wrong usage, exit statuses, what record does to a program. TAP.
#
#   UST_BUILD=DIR    the build directory (default: build in the tree)
set -u

top=$(cd "$(dirname "$0")/../.." && pwd)
build=${UST_BUILD:-${UST_TEST_BUILD:-$top/build}}
ustctl=$build/libustctl/ustctl
work=$(mktemp -d /tmp/ust-cli.XXXXXX)
export UST_RUNTIME_DIR=$work/run
unset UST_SCOPE UST_LISTEN UST_DEBUG UST_USTD UST_LIBDIR LD_PRELOAD
cd "$work" || exit 1

finish()
{
	timeout 10 "$ustctl" shutdown >/dev/null 2>&1
	cd / && rm -rf "$work"
}
trap finish EXIT

number=0
bad=0

# point TEXT: ok if the command before it succeeded.
point()
{
	local status=$?

	number=$((number + 1))
	if [ $status = 0 ]; then
		echo "ok $number - $1"
	else
		bad=$((bad + 1))
		echo "not ok $number - $1"
		sed 's/^/# /' out err 2>/dev/null
	fi
}

# run STATUS COMMAND...: the exit status is as expected; output is in the files out and err.
run()
{
	local expected=$1 status
	shift
	timeout 30 "$@" >out 2>err </dev/null
	status=$?
	[ $status = "$expected" ] || {
		echo "exit status $status, expected $expected: $*" >>err
		return 1
	}
}

commands="record view stats list create enable disable start stop snapshot rotate destroy status doctor shutdown"

run 0 "$ustctl" --help && for c in $commands; do grep -q "^  $c " out || exit 1; done
point "ustctl --help names all commands"
run 0 "$ustctl" --version && grep -q '^ustctl [0-9]' out
point "ustctl --version"
for c in $commands; do
	run 0 "$ustctl" "$c" --help && grep -qi "^usage: ustctl $c" out && [ ! -s err ]
	point "ustctl $c --help"
	run 2 "$ustctl" "$c" --no-such-option && [ ! -s out ] && [ -s err ]
	point "ustctl $c refuses an unknown option"
done

run 2 "$ustctl" && grep -q -e '--help' err
point "no command"
run 2 "$ustctl" recrod && grep -q "did you mean 'record'" err
point "an unknown command suggests the nearest"
run 2 "$ustctl" record --subuf-size 4k true && grep -q -e "--subbuf-size" err
point "an unknown option suggests the nearest"
for arguments in "record" "record -o" "record -e" "record --subbuf-size 3000 true" \
	"record --num-subbuf 1 true" "record --context pid true" "create" "create a b" "create a/b" "create -a a" "enable -a a x" \
	"enable" "enable a" "start" "stop a b" "destroy" "shutdown now" "status a b" "snapshot a b" "snapshot -o" "rotate a b" "list a b"; do
	# shellcheck disable=SC2086
	run 2 "$ustctl" $arguments && [ ! -s out ]
	point "wrong usage: ustctl $arguments"
done
run 2 "$ustctl" record -p malloc, true && grep -q "between commas" err
point "record -p refuses an empty name"
run 2 "$ustctl" record -p malloc,fopen true && grep -q "'fopen'" err && grep -q "^  malloc " err
point "record -p lists what it knows"

run 0 "$ustctl" status && grep -q "no ustd runs" out
point "status without ustd"
run 0 "$ustctl" status --json && python3 -m json.tool <out >/dev/null
point "status --json without ustd"
run 1 "$ustctl" start nobody && grep -q "no ustd runs" err
point "start without ustd"
run 0 "$ustctl" shutdown
point "shutdown without ustd"
UST_USTD=/nonexistent run 1 "$ustctl" create a && grep -q "UST_USTD" err
point "a ustd that is not there is named"

for s in 0 1 2 37 125 255; do
	run $s "$ustctl" record -o trace sh -c "exit $s"
	point "exit status $s"
	rm -rf trace
done
run 143 "$ustctl" record -o trace sh -c 'kill -TERM $$'
point "a program that SIGTERM killed"
rm -rf trace
run 137 "$ustctl" record -o trace sh -c 'kill -KILL $$'
point "a program that SIGKILL killed"
rm -rf trace

run 127 "$ustctl" record -o trace no-such-program && [ ! -e trace ] && grep -q no-such-program err
point "a program that is not found leaves nothing behind"
run 127 "$ustctl" record -o trace ./no/such/program && [ ! -e trace ]
point "a path that is not there leaves nothing behind"
echo text >file
run 126 "$ustctl" record -o trace ./file && [ ! -e trace ]
point "a file that is not executable leaves nothing behind"
printf '#!/no/such/interpreter\n' >script && chmod +x script
run 127 "$ustctl" record -o trace ./script && [ ! -e trace ]
point "a script without its interpreter leaves nothing behind"
mkdir trace
run 127 "$ustctl" record -o trace ./script && [ -d trace ] && [ -z "$(ls -A trace)" ]
point "... and keeps a directory that was there"
rm -rf trace
run 1 "$ustctl" record -o "$work" true && grep -q "not empty" err && [ -e file ]
point "a directory with something in it is refused"
run 1 "$ustctl" record -o file true && grep -q "no directory" err && [ -f file ]
point "an output directory that is a file"
run 1 "$ustctl" record -o file/trace true && grep -q "no directory" err
point "an output directory below a file"
echo 'echo "$1"' >plain && chmod +x plain
run 0 "$ustctl" record -o trace ./plain word && [ "$(cat out)" = word ]
point "a script without #! is run by sh"
rm -rf trace

echo "some input" | timeout 30 "$ustctl" record -o trace -- sh -c 'cat; echo oops >&2' >out 2>err &&
	[ "$(cat out)" = "some input" ] && grep -q '^oops$' err
point "standard input and output are the program's alone"
grep -q '^events   0$' err && grep -q '^lost     0$' err && grep -q '^bytes    [0-9]' err &&
	grep -q '^seconds  [0-9.]*$' err && grep -q '^trace    trace$' err && grep -q '^why  ' err
point "the summary, and why there is no event"
rm -rf trace
run 0 "$ustctl" record --json -o trace true &&
	python3 -c 'import json,sys; d=json.load(sys.stdin); sys.exit(d["events"] or d["output"] != "trace")' <err
point "record --json"
rm -rf trace
run 0 "$ustctl" record true && [ -d ust-true-2*-[0-9]* ]
point "the default directory"
rm -rf ust-true-*
LD_PRELOAD=libm.so.6 run 0 "$ustctl" record -o trace sh -c 'echo "$LD_PRELOAD"; echo "$UST_SCOPE"' &&
	grep -q '/libust.so:libm.so.6$' out && grep -q '^record-' out
point "LD_PRELOAD is put in front of the user's"
rm -rf trace
run 0 "$ustctl" record -o trace -p malloc -- ls && grep -q '^events   [1-9]' err
point "record -p malloc"
run 0 "$ustctl" view trace && [ -s out ] && run 0 "$ustctl" stats trace && [ -s out ]
point "view and stats read it"
rm -rf trace

# signal NAME TRAP STATUS [COUNT]: sends it to ustctl; bash would leave SIGINT ignored in the background.
cat >send.py <<'PYTHON'
import os, signal, subprocess, sys, time
ustctl, name, trap, count = sys.argv[1:5]
program = "trap '%s' %s; : >ready; i=0; while [ $i -lt 100 ]; do sleep 0.05; i=$((i + 1)); done" % (
    trap, name)
record = subprocess.Popen([ustctl, "record", "-o", "trace", "sh", "-c", program],
                          stdin=subprocess.DEVNULL)
while not os.path.exists("ready"):
    time.sleep(0.02)
def pending():
    with open("/proc/%d/status" % record.pid) as status:
        mask = next(line for line in status if line.startswith("ShdPnd:")).split()[1]
    return int(mask, 16) >> (number - 1) & 1


number = getattr(signal, "SIG" + name)
for i in range(int(count)):
    record.send_signal(number)
    # The next one is another only when this one was taken.
    while record.poll() is None and pending():
        time.sleep(0.01)
sys.exit(record.wait(20))
PYTHON
for s in INT TERM HUP QUIT USR1 USR2 WINCH; do
	run 5 python3 send.py "$ustctl" $s "exit 5" 1
	point "SIG$s is passed on"
	rm -rf trace ready
done
run 5 python3 send.py "$ustctl" TSTP "exit 5" 1
point "SIGTSTP is passed on"
rm -rf trace ready
run 130 python3 send.py "$ustctl" INT "" 2 && grep -q '^note .* still runs' err
point "a second SIGINT ends the recording"
rm -rf trace ready

run 0 "$ustctl" create one -o one && run 1 "$ustctl" create one -o two && grep -q "taken" err
point "a name is taken once"
run 1 strace -qq -e trace=write -o log sh -c 'exec "$0" start tow 2>&-' "$ustctl" &&
	grep -q 'write(2, "ustctl: .*EBADF' log && ! grep -q 'write(2, .* = [0-9]*$' log
point "a closed standard error: the message does not go to ustd instead"
run 1 "$ustctl" start tow && grep -q "no session named 'tow'; existing: one; make one with" err
point "a session that is not there: those that are"
run 0 "$ustctl" enable one 'app:*' && run 0 "$ustctl" start one && grep -q "is started" out
point "enable and start succeed without a process that matches"
run 0 "$ustctl" status one && grep -q "^one: started" out && run 0 "$ustctl" status --json &&
	python3 -c 'import json,sys; s=json.load(sys.stdin)["sessions"]; sys.exit(s[0]["patterns"] != ["app:*"])' <out
point "status"
run 0 "$ustctl" stop one && run 0 "$ustctl" disable one 'app:*' && run 0 "$ustctl" destroy one
point "stop, disable, destroy"
run 0 "$ustctl" create never -o never && run 0 "$ustctl" destroy never &&
	grep -q "never started" out
point "destroy of a session that was never started says so"
run 0 "$ustctl" list && run 0 "$ustctl" list --json && python3 -m json.tool <out >/dev/null
point "list"
run 1 "$ustctl" list 1 && grep -q "not reachable" err
point "list of a process that is not reachable"
run 0 "$ustctl" list "$ustctl" && [ ! -s out ]
point "list of a file without events"
run 1 "$ustctl" list file && grep -q "not an executable" err
point "list of a file that is no program"
run 0 "$ustctl" doctor && grep -q '^ok  *ustd ' out && ! grep -q ^FAIL out
point "doctor"
run 0 "$ustctl" doctor --json &&
	python3 -c 'import json,sys; sys.exit(not json.load(sys.stdin)["works"])' <out
point "doctor --json"
run 0 "$ustctl" shutdown && run 0 "$ustctl" status && grep -q "no ustd runs" out
point "shutdown"
UST_RUNTIME_DIR=$work/file run 1 "$ustctl" shutdown
point "shutdown that cannot ask ustd"
cat >other.py <<'PYTHON'
import socket, struct, sys
listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
listener.bind("other/ustd.sock")
listener.listen()
open("listens", "w").close()
for version, protocol in ((1, 99), (99, 1)):
    connection = listener.accept()[0]
    _, _, _, seq = struct.unpack_from("=IHHI", connection.recv(65536))
    connection.send(struct.pack("=IHHIiIi", 24, version, 127, seq, 0, protocol, 1))
    connection.recv(1)
PYTHON
mkdir -m 700 other && {
	timeout 30 python3 other.py &
	until [ -e listens ]; do sleep 0.02; done
	UST_RUNTIME_DIR=$work/other run 1 "$ustctl" record -o none true && [ ! -e none ] &&
		grep -q "another protocol.*end it with \"kill [0-9]" err
	point "a ustd of another protocol"
	UST_RUNTIME_DIR=$work/other run 1 "$ustctl" status && grep -q "another protocol.*kill [0-9]" err
	point "a ustd whose messages are of another version"
	wait
}
"$ustctl" --help >/dev/full 2>err
[ $? = 1 ] && [ -s err ]
point "output that cannot be written is a failure"

echo "1..$number"
exit $((bad > 0))
