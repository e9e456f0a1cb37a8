# SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT)
"""ustctl record python3 demo.py [COUNT]"""
import logging
import sys

import ust_logging

logging.getLogger().setLevel(logging.DEBUG)
logging.getLogger().addHandler(ust_logging.Handler())
log = logging.getLogger("demo")
for i in range(int(sys.argv[1]) if len(sys.argv) > 1 else 3):
    log.debug("turn %d", i)
log.warning("the %s are running low: ä", "apples")
log.error("none left")
