#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Adds up meson's test logs. Prints one line, "N passed, N failed, N skipped"; fails if any failed.

A TAP test counts with each of its points, any other test counts as one. A test that ends badly
without a "not ok" of its own (crash, timeout, wrong plan) counts as one failure.
"""
import argparse
import json
import re
import sys

POINT = re.compile(r"^(not )?ok\b(?:\s+\d+)?(.*)$")


def count(entry):
    """(passed, failed, skipped) of one line of testlog.json."""
    passed = failed = skipped = 0
    for line in (entry.get("stdout") or "").splitlines():
        match = POINT.match(line)
        if not match:
            continue
        if re.search(r"#\s*skip", match.group(2), re.IGNORECASE):
            skipped += 1
        elif match.group(1):
            failed += 1
        else:
            passed += 1
    result = entry["result"]
    good = result in ("OK", "EXPECTEDFAIL")
    if result == "SKIP":
        return passed, failed, skipped or 1
    if good and not passed + failed + skipped:
        return 1, 0, 0
    if not good and not failed:
        failed = 1
    return passed, failed, skipped


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--also-failed", type=int, default=0, help="failures outside the logs")
    parser.add_argument("logs", nargs="*")
    args = parser.parse_args()
    totals = [0, args.also_failed, 0]
    for log in args.logs:
        with open(log, encoding="utf-8") as lines:
            for line in lines:
                totals = [a + b for a, b in zip(totals, count(json.loads(line)))]
    print("%d passed, %d failed, %d skipped" % tuple(totals))
    return 1 if totals[1] else 0


if __name__ == "__main__":
    sys.exit(main())
