#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""A recording that ends without an event says why, one reason for each cause."""
import ust


def why(command, *options):
    """The reasons that record gives."""
    result = ust.ustctl("record", "-o", ust.path("trace"), *options, "--", *command)
    return [line for line in result.stderr.splitlines() if line.startswith("why ")]


def says(lines, *words):
    text = "\n".join(lines)
    for word in words:
        ust.check(word in text, "no word of %s in:\n%s" % (word, text))


@ust.point("no site in the program")
def no_site():
    says(why([ust.prog("nothing")]), "no site in")


@ust.point("the pattern matches none; the names that come near are listed")
def near():
    lines = why([ust.prog("shapes"), ust.path("counts"), "-n", "10"], "-e", "shapes:rael")
    says(lines, "'shapes:rael' matches no event", "near: shapes:reals")
    lines = why([ust.prog("shapes"), ust.path("counts"), "-n", "10"], "-e", "shapes:one", "-e",
                "zzz:*")
    says(lines, "'zzz:*' matches no event")


@ust.point("sites that are never reached")
def not_reached():
    says(why([ust.prog("shapes"), ust.path("counts"), "-n", "0"]), "passed none of them")


@ust.point("a static program")
def static():
    says(why([ust.prog("shapes-static"), ust.path("counts"), "-n", "10"]), "statically linked")


@ust.point("a program that ustd cannot reach")
def unreached():
    says(why(["env", "-i", ust.prog("shapes"), ust.path("counts"), "-n", "10"]), "LD_PRELOAD")


@ust.point("another C library: a program that has one runs as without us, also when a shell starts it")
def other_libc():
    program = ust.prog("alone-musl")
    for command in ([program], ["sh", "-c", program + "; exit 0"]):
        trace = ust.Recording(command, ["-p", "malloc,io"])
        ust.equal(trace.result.stdout, "ready\n", "output of %s" % command[0])
        errors = trace.result.stderr.splitlines()
        ust.check(errors[0].startswith("events "), trace.result.stderr)
    says(why([program]), "does not use glibc's dynamic loader")


@ust.point("events, but none of the log level that was asked for")
def level():
    lines = why([ust.prog("shapes"), ust.path("counts"), "-n", "10"], "-e", "shapes:one",
                "--loglevel", "EMERG")
    says(lines, "'shapes:one' matches shapes:one, but no event with a log level <= 0")
    lines = why([ust.prog("shapes"), ust.path("counts"), "-n", "10"], "-e", "shapes:rael",
                "--loglevel", "EMERG")
    says(lines, "matches no event", "near: shapes:reals")


@ust.point("sites of another ABI")
def foreign():
    says(why([ust.prog("foreign")]), "another ABI")


@ust.point("a session that was never started, one without a pattern, one without a process")
def sessions():
    for name, enabled, started, word in (("never", True, False, "never started"),
                                         ("bare", False, True, "no event was enabled"),
                                         ("lonely", True, True, "no process was reachable")):
        ust.ustctl("create", name, "--output", ust.path("trace"))
        if enabled:
            ust.ustctl("enable", name, "shapes:*")
        if started:
            ust.ustctl("start", name)
        result = ust.ustctl("destroy", name)
        says([result.stdout, result.stderr], word)


@ust.point("a recording with events explains nothing")
def events():
    ust.equal(why([ust.prog("shapes"), ust.path("counts"), "-n", "100"]), [], "reasons")


if __name__ == "__main__":
    ust.main()
