#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What a user does: README's first trace, from the build tree and from an installed one."""
import json
import os
import re
import select
import socket
import subprocess

import ust

DEST = os.path.join(ust.work, "dest")


def readme_program():
    with open(os.path.join(ust.SOURCE, "README.md"), encoding="utf-8") as text:
        return re.search(r"```c\n(.*?)```", text.read(), re.DOTALL).group(1)


def pkg_config(*arguments, extra_env=None):
    return ust.run(["pkg-config", *arguments], extra_env=extra_env).stdout.split()


def compile_app(compiler, flags, source=None, suffix=".c"):
    file, program = ust.path("app") + suffix, ust.path("app")
    with open(file, "w", encoding="utf-8") as text:
        text.write(source or readme_program())
    ust.run([compiler, "-O2", file, "-o", program, *flags])
    return program


def check_app(trace):
    text = trace.text()
    ust.equal(len(text), 3, "lines of babeltrace2")
    ust.check('id = 1, path = "/index.html", left = 1' in text[1], text[1])


def installed():
    """The environment of an installed tree; installs at the first call."""
    if not os.path.isdir(DEST):
        ust.run(["meson", "install", "-C", ust.BUILD, "--no-rebuild", "--quiet"],
                extra_env={"DESTDIR": DEST})
    paths = [os.path.join(folder, name) for folder, _, names in os.walk(DEST) for name in names]
    # The completion has the name of its command.
    found = {os.path.basename(path): path for path in paths if "/completions/" not in path}
    libdir = os.path.dirname(found["libust.so"])
    return {
        "PKG_CONFIG_LIBDIR": os.path.dirname(found["ust.pc"]) + ":" +
                             ":".join(pkg_config("--variable", "pc_path", "pkg-config")),
        "PKG_CONFIG_SYSROOT_DIR": "",
        "LD_LIBRARY_PATH": libdir,
        "UST_LIBDIR": libdir,
        "UST_USTD": found["ustd"],
        "ustctl": found["ustctl"],
        "libdir": libdir,
        "include": os.path.dirname(os.path.dirname(found["tracepoint.h"])),
        "files": sorted(os.path.relpath(path, DEST) for path in paths),
    }


def record_installed(program):
    where = installed()
    trace = ust.Trace(ust.path("trace"))
    env = {k: v for k, v in where.items() if k.isupper()}
    # A ustd of the build tree may serve this runtime directory already.
    env["UST_RUNTIME_DIR"] = os.path.join(ust.work, "run-installed")
    ust.run([where["ustctl"], "record", "-o", trace.directory, program], extra_env=env)
    return trace


@ust.point("README's program, from the build tree")
def readme():
    uninstalled = {"PKG_CONFIG_PATH": os.path.join(ust.BUILD, "meson-uninstalled")}
    flags = pkg_config("--cflags", "ust", extra_env=uninstalled)
    program = compile_app("cc", flags)
    ust.run([program])
    needed = ust.run(["readelf", "-d", program]).stdout
    ust.check("libust" not in needed, "it links libust:\n" + needed)
    check_app(ust.Recording([program]))


@ust.point("README's program is valid C11 and C++17, by gcc and clang, without a warning")
def compilers():
    uninstalled = {"PKG_CONFIG_PATH": os.path.join(ust.BUILD, "meson-uninstalled")}
    flags = pkg_config("--cflags", "ust", extra_env=uninstalled)
    strict = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-D_DEFAULT_SOURCE"]
    for compiler, standard, suffix in (("gcc", "c11", ".c"), ("clang", "c11", ".c"),
                                       ("g++", "c++17", ".cpp"), ("clang++", "c++17", ".cpp")):
        program = compile_app(compiler, ["-std=" + standard, *strict, *flags], suffix=suffix)
        check_app(ust.Recording([program]))


@ust.point("meson install puts everything in its place")
def files():
    names = installed()["files"]
    for what in (r"bin/ustctl$", r"(bin|libexec)/.*ustd$", r"libexec/ust/ust-shell$", r"lib.*/libust\.so$", r"lib.*/libust\.a$",
                 r"lib.*/libustctl\.so$", r"lib.*/libustctl\.a$", r"lib.*/libust-malloc\.so$", r"pkgconfig/ust\.pc$",
                 r"pkgconfig/ustctl\.pc$", r"pkgconfig/ust-lttng-compat\.pc$",
                 r"include/ust/tracepoint\.h$", r"include/ust/marker\.h$", r"include/ust/ctl\.h$",
                 r"include/ust/abi/site\.h$", r"man1/ustctl\.1",
                 r"completions/ustctl$"):
        ust.check(any(re.search(what, name) for name in names),
                  "%s is not in:\n%s" % (what, "\n".join(names)))
    ust.check(not any("/tests/" in name or name.endswith(".build") for name in names),
              "what is only for the tests is installed")


def installed_flags(*what):
    where = installed()
    flags = pkg_config(*what, extra_env={"PKG_CONFIG_LIBDIR": where["PKG_CONFIG_LIBDIR"]})
    prefix = re.compile(r"^(-[IL])(/usr/local/)")
    return [prefix.sub(r"\1%s\2" % DEST, flag) for flag in flags]


@ust.point("an installed tree: not linked, linked, linked statically")
def use_installed():
    check_app(record_installed(compile_app("cc", installed_flags("--cflags", "ust"))))
    program = compile_app("cc", installed_flags("--cflags", "--libs", "ust"))
    ust.check("libust.so" in ust.run(["readelf", "-d", program]).stdout, "libust is not linked")
    check_app(record_installed(program))
    program = compile_app("cc", ["-static", *installed_flags("--cflags", "--libs", "--static", "ust")])
    check_app(record_installed(program))


@ust.point("an installed tree: source for LTTng-UST, with nothing but pkg-config's flags")
def lttng_source():
    where, source = installed(), os.path.join(ust.SOURCE, "examples", "lttng-provider")
    ust.check(any(name.endswith("include/ust/compat/lttng/tracepoint.h") for name in where["files"]),
              "our <lttng/tracepoint.h> is not installed")
    for arguments in (["--cflags"], ["--cflags", "--libs"]):
        program = ust.path("mill")
        ust.run(["cc", "-O2", "-Wall", "-Wextra", "-Werror", "-I" + source,
                 source + "/mill.c", source + "/mill-provider.c", "-o", program,
                 *installed_flags(*arguments, "ust-lttng-compat")])
        needed = ust.run(["readelf", "-d", program]).stdout
        ust.check("lttng" not in needed, "it links LTTng's library:\n" + needed)
        ust.equal("libust.so" in needed, "--libs" in arguments, "whether libust is linked")
        lines = record_installed(program).text()
        for name, number in (("mill:sack", 3), ("mill:stone", 1), ("lttng_ust_tracef:event", 1)):
            ust.equal(sum(" %s: " % name in line for line in lines), number, "events " + name)


@ust.point("an installed tree that was moved, with an empty environment: everything finds everything")
def moved():
    where = installed()
    runtime = os.path.join(ust.work, "run-moved")
    trace = ust.Trace(ust.path("trace"))

    def bare(*arguments):
        return ust.run(["env", "-i", "UST_RUNTIME_DIR=" + runtime, *arguments], cwd="/")

    bare(where["ustctl"], "record", "-o", trace.directory, "-p", "malloc", "/bin/ls")
    ust.check(trace.verify()["events"], "no event")
    daemon = json.loads(bare(where["ustctl"], "status", "--json").stdout)["ustd_pid"]
    ust.equal(os.readlink("/proc/%d/exe" % daemon), where["UST_USTD"], "the ustd that serves")
    bare(where["ustctl"], "shutdown")
    # The library by itself, in a program that is elsewhere.
    program = compile_app("cc", installed_flags("--cflags", "--libs", "ustctl"), source=CONTROL)
    ust.equal(bare("LD_LIBRARY_PATH=" + where["libdir"], program).stdout, "0 sessions\n", "output")


@ust.point("a socket that was handed over, as systemd does it, starts ustd and outlives it")
def activated():
    runtime = ust.path("run")
    os.mkdir(runtime, 0o700)
    address = os.path.join(runtime, "ustd.sock")
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(address)
    listener.listen()
    more = {"UST_RUNTIME_DIR": runtime, "UST_USTD": "/nonexistent"}
    # It asks before there is anybody who answers.
    asker = ust.start([ust.USTCTL, "create", "early", "--output", ust.path("trace")], extra_env=more)
    select.select([listener], [], [], 20)
    script = 'LISTEN_PID=$$ LISTEN_FDS=1 exec "$0" --idle-exit 1 3<&%d' % listener.fileno()
    daemon = ust.start(["sh", "-c", script, os.path.join(ust.BUILD, "ustd", "ustd")],
                       extra_env=more, pass_fds=[listener.fileno()])
    ust.equal(asker.wait(30), 0, "exit status of create")
    ust.ustctl("destroy", "early", extra_env=more)
    ust.equal(daemon.wait(30), 0, "exit status of ustd")
    ust.check(os.path.exists(address), "the socket is gone with ustd")
    names = installed()["files"]
    for unit in ("ustd.socket", "ustd.service"):
        ust.check(any(name.endswith("/systemd/user/" + unit) for name in names), unit)
    with open(os.path.join(DEST, next(n for n in names if n.endswith("ustd.service"))),
              encoding="utf-8") as unit:
        command = re.search(r"^ExecStart=(.*)$", unit.read(), re.MULTILINE).group(1)
    ust.check(os.path.exists(DEST + command), "ExecStart=" + command)


CONTROL = r"""
#include <stdio.h>
#include <ust/ctl.h>

int main(void)
{
	struct ust_ctl *ctl;
	int nr, err = ust_ctl_open(UST_CTL_SPAWN, &ctl);

	if (err)
		return 1;
	nr = ust_ctl_status(ctl, NULL, &(struct ust_ctl_session *){ NULL });
	printf("%d sessions\n", nr);
	err = ust_ctl_shutdown(ctl);
	ust_ctl_close(ctl);
	return nr != 0 || err;
}
"""


@ust.point("an installed tree: the control library starts and ends ustd")
def control():
    where = installed()
    program = compile_app("cc", installed_flags("--cflags", "--libs", "ustctl"), source=CONTROL)
    env = {k: v for k, v in where.items() if k.isupper()}
    env["UST_RUNTIME_DIR"] = os.path.join(ust.work, "run-control")
    ust.equal(ust.run([program], extra_env=env).stdout, "0 sessions\n", "output")
    program = compile_app("cc", ["-static", *installed_flags("--cflags", "--libs", "--static", "ustctl")],
                          source=CONTROL)
    ust.equal(ust.run([program], extra_env=env).stdout, "0 sessions\n", "output of a static program")
    names = ust.run(["nm", "-D", "--defined-only", where["libdir"] + "/libustctl.so"]).stdout
    other = [n for n in re.findall(r" [A-Z] (\w+)", names) if not n.startswith("ust_ctl_")]
    ust.equal(other, ["UST_CTL_0"], "symbols that are not of the interface")


COMPLETE = r"""
source "$0"
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=${#COMP_LINE}
_ustctl
printf '%s\n' "${COMPREPLY[@]}"
"""


@ust.point("completion: commands, each one's options, sessions, events, levels")
def completion():
    file = os.path.join(DEST, next(n for n in installed()["files"] if n.endswith("completions/ustctl")))
    path = {"PATH": os.path.dirname(ust.USTCTL) + ":" + os.environ["PATH"]}

    def complete(*words):
        return set(ust.run(["bash", "-c", COMPLETE, file, "ustctl", *words], extra_env=path).stdout.split())

    commands = re.findall(r"^  (\w+) ", ust.ustctl("--help").stdout, re.MULTILINE)[:15]
    ust.check(set(commands) <= complete(""), "commands: %s" % complete(""))
    for command in commands:
        text = ust.ustctl(command, "--help").stdout
        options = set(re.findall(r"^ +(?:-\w, )?(--[\w-]+)", text, re.MULTILINE)) | {"--help"}
        found = {word for word in complete(command, "--") if len(word) > 2}
        ust.equal(found, options, "options of " + command)
    ust.ustctl("create", "evening", "--output", ust.path("trace"))
    for command in ("start", "stop", "destroy", "enable", "status"):
        ust.equal(complete(command, "ev"), {"evening"}, "sessions of " + command)
    ust.ustctl("destroy", "evening")
    ust.equal(complete("record", "--loglevel", "W"), {"WARNING"}, "levels")
    ust.equal(complete("record", "-p", "pt"), {"pthread"}, "libraries")
    ust.equal(complete("record", "-k", "sched:sched_swi"), {"sched_switch"}, "kernel events")


@ust.point("meson devenv finds ustctl, the libraries and pkg-config")
def devenv():
    script = "ustctl --version && pkg-config --exists ust ustctl && test -x $UST_USTD"
    result = subprocess.run(["meson", "devenv", "-C", ust.BUILD, "sh", "-c", script], check=False,
                            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=ust.env)
    ust.equal(result.returncode, 0, result.stdout.decode())


if __name__ == "__main__":
    ust.main()
