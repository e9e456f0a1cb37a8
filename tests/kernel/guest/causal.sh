# SPDX-License-Identifier: GPL-2.0-only
# Programs and the kernel on several CPUs at once: nothing is recorded out of order.
top=$(cd "$(dirname "$0")/../../.." && pwd)
exec python3 -B "$top/tests/system/test_kernel.py" "user <= kernel <= user" "hand-offs"
