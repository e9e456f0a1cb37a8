#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""What an application can name of LTTng-UST's headers is in ours, or listed here with its reason.

usage: names.py SOURCE_DIR
"""
import os
import re
import subprocess
import sys

SOURCE = sys.argv[1]
OURS = ["-I" + os.path.join(SOURCE, "include", "ust", "compat"), "-I" + os.path.join(SOURCE, "include")]
# docs/moving-from-lttng.md says so too.
ABSENT_HEADERS = {
    "ust-abi.h", "ust-ctl.h", "ust-error.h", "ust-ringbuffer-context.h",  # the tracer's own protocol
    "ust-clock.h", "ust-getcpu.h",  # the clock and the CPU are not replaced by the program
    "ust-sigbus.h", "ust-arch.h",  # of the tracer's own sources
    # read by others, not by an application
    "ust-tracepoint-event-nowrite.h", "ust-tracepoint-event-reset.h", "ust-tracepoint-event-write.h",
}
ABSENT_NAMES = {
    # How LTTng-UST's calls find its library and what protects them there.
    "LTTNG_UST_TP_RCU_LINK_TEST", "TP_RCU_LINK_TEST", "LTTNG_UST_TRACEPOINT_THIS_IP",
    "LTTNG_UST_TRACEPOINT_LIB_SONAME", "LTTNG_UST_LIB_SONAME", "LTTNG_UST_LIB_SONAME_MAJOR",
    "LTTNG_UST_STAP_PROBEV",
    "lttng_ust_tp_rcu_dereference", "lttng_ust_tp_rcu_read_lock", "lttng_ust_tp_rcu_read_unlock",
    "tp_rcu_dereference", "tp_rcu_read_lock", "tp_rcu_read_unlock",
    # What its macros are made of.
    "LTTNG_UST_COMPOUND_LITERAL", "LTTNG_UST_DECLARE_CONSTRUCTOR_DESTRUCTOR",
    "LTTNG_UST_COMPILER_COMBINE_TOKENS", "LTTNG_UST_RING_BUFFER_ALIGN_ATTR",
    "LTTNG_UST_TP_TRACELOG_TEMPLATE", "TP_TRACELOG_CB_TEMPLATE",
    "lttng_ust_build_bug_on", "lttng_ust_build_runtime_bug_on", "lttng_ust_runtime_bug_on",
    "lttng_ust_field_array_element_type_is_supported", "lttng_ust_is_integer_type",
    "lttng_ust_is_pointer_type", "lttng_ust_is_signed_type", "lttng_ust_float_mant_dig",
    "lttng_ust_offset_align", "lttng_ust_offset_align_floor", "lttng_ust_rb_alignof",
    "lttng_ust_tracepoint_validate_name_len", "lttng_ust_type_float_define",
    "lttng_ust_type_integer_define",
    # What its providers and constructors call.
    "lttng_ust_tracepoint_provider_register", "lttng_ust_tracepoint_provider_unregister",
    "lttng_ust_tracepoint_module_register", "lttng_ust_tracepoint_module_unregister",
    "lttng_ust_tracepoints_print_disabled_message", "lttng_ust_tracepoint_logging_debug_enabled",
    "lttng_ust_common_ctor", "lttng_ust_probe_register", "lttng_ust_probe_unregister",
    "lttng_ust_constructor_names", "lttng_ust_destructor_names", "lttng_ust_ring_buffer_align",
    "lttng_ust_ring_buffer_ctx_init", "lttng_ust_tracepoint_provider_check_names",
    "lttng_ust_tracepoint_provider_mismatch_names", "lttng_ust_context_procname_reset",
}
# Ours are empty, or read by <lttng/tracepoint-event.h> only.
EMPTY_HEADERS = {"ust-events.h", "ust-tracepoint-event.h"}
# Two underscores in a row: LTTng-UST's way to say "internal". Its ABI and ARCH macros are too.
INTERNAL = re.compile(r".*__|LTTNG_UST_(ABI|ARCH|PROVIDER|UUID|CTL)_|lttng_ust_rcu_")
PUBLIC = re.compile(r"(lttng_ust_|LTTNG_UST_|v?tracepoint|do_tracepoint|TRACEPOINT_|TRACE_|TP_|tp_|ctf_"
                    r"|v?tracef|v?tracelog)")
PROVIDER = """
#undef LTTNG_UST_TRACEPOINT_PROVIDER
#define LTTNG_UST_TRACEPOINT_PROVIDER names
#undef LTTNG_UST_TRACEPOINT_INCLUDE
#define LTTNG_UST_TRACEPOINT_INCLUDE "/dev/null"
#define LTTNG_UST_TRACEPOINT_CREATE_PROBES
#include <lttng/tracepoint.h>
#include <lttng/tracepoint-event.h>
"""
FUNCTION = re.compile(r"\b((?:lttng_ust|tracepoint)_\w+)\s*\([^()]*\)\s*(?:;|\{|__attribute__)")


def preprocess(flags, text, macros):
    """What the preprocessor makes of it."""
    return subprocess.run(["gcc", "-E", "-P", *(["-dM"] if macros else []), *flags, "-"], input=text,
                          text=True, stdout=subprocess.PIPE, check=True).stdout


def names(flags, text):
    found = set(re.findall(r"^#define (\w+)", preprocess(flags, text, True), re.MULTILINE))
    found |= set(FUNCTION.findall(preprocess(flags, text, False)))
    return {name for name in found if PUBLIC.match(name) and not INTERNAL.match(name)}


def headers():
    """Where LTTng-UST's are, as the compiler finds them."""
    line = preprocess(["-M"], "#include <lttng/tracepoint.h>", False)
    return os.path.dirname(re.search(r"(\S+/lttng/tracepoint\.h)", line).group(1))


def main():
    theirs = headers()
    todo = sorted(name for name in os.listdir(theirs) if name.endswith(".h"))
    cases = [(name, "#include <lttng/%s>\n" % name) for name in todo
             if name not in ABSENT_HEADERS | EMPTY_HEADERS]
    cases.append(("a provider", PROVIDER))
    failures, used = 0, set()
    print("1..%d" % (len(cases) + 1))
    for number, (what, text) in enumerate(cases, 1):
        wanted = names([], text)
        found = names(OURS, text)
        local = text == PROVIDER or os.path.exists(os.path.join(OURS[0][2:], "lttng", what))
        missing = sorted(wanted - found - ABSENT_NAMES)
        used |= wanted & ABSENT_NAMES
        if missing or not local:
            failures += 1
            print("not ok %d - %s\n# %s" % (number, what, " ".join(missing) or "is not ours"))
        else:
            print("ok %d - %s, %d names" % (number, what, len(wanted)))
    stale = sorted(ABSENT_NAMES - used) + sorted(ABSENT_HEADERS - set(todo))
    failures += bool(stale)
    print("%s %d - nothing is listed here that LTTng-UST does not have" %
          ("not ok" if stale else "ok", len(cases) + 1))
    if stale:
        print("# " + " ".join(stale))
    return failures != 0


if __name__ == "__main__":
    sys.exit(main())
