/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What the generated files include in front of the kernel's headers: a header of trace/events
 * relies on its includer for the types whose members it reads. Compiled once for all of them. The
 * generator leaves out the lines whose header this kernel does not have.
 */
#include <linux/module.h>
#include <linux/blk_types.h>
#include <linux/blkdev.h>
#include <linux/backing-dev.h>
#include <linux/compaction.h>
#include <linux/cpumask.h>
#include <linux/device.h>
#include <linux/dma-fence.h>
#include <linux/fs.h>
#include <linux/interrupt.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/iommu.h>
#include <linux/ktime.h>
#include <linux/maple_tree.h>
#include <linux/memcontrol.h>
#include <linux/mii.h>
#include <linux/migrate.h>
#include <linux/mm.h>
#include <linux/mm_inline.h>
#include <linux/mm_types.h>
#include <linux/net.h>
#include <linux/netdevice.h>
#include <linux/pagemap.h>
#include <linux/phy.h>
#include <linux/sched/numa_balancing.h>
#include <linux/sched/signal.h>
#include <linux/skbuff.h>
#include <linux/slab.h>
#include <linux/swiotlb.h>
#include <linux/tcp.h>
#include <linux/trace_events.h>
#include <linux/udp.h>
#include <linux/writeback.h>
#include <net/ip.h>
#include <net/ip6_fib.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>
#include <net/neighbour.h>
#include <net/sock.h>
#include <trace/events/sock.h>
