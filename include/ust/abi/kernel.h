/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * /dev/ust-trace, the door to the kernel tracer (ust-trace.ko). docs/kernel-module.md tells the
 * design; who may open the device decides who may trace (root and group "tracing").
 *
 *   open("/dev/ust-trace")
 *     │ UST_KERNEL_VERSION   what the module can do
 *     │ UST_KERNEL_LIST ───► list fd      read(2): struct ust_kernel_event, one for each event
 *     │ UST_KERNEL_SESSION ► session fd   read(2): the same, for each event that was enabled
 *     │                        │ UST_KSESSION_CHANNEL   buffers: one ring per CPU
 *     │                        │ UST_KSESSION_FILTER    pid, uid, cgroup
 *     │                        │ UST_KSESSION_ENABLE    event patterns
 *     │                        │ UST_KSESSION_START, _STOP, _STATEDUMP, _LOSS
 *     │                        │ UST_KSESSION_STREAM ─► stream fd, one for each CPU
 *     │                        │                          poll(2), mmap(2) read-only, splice(2)
 *     │                        │                          UST_KSTREAM_NEXT, UST_KSTREAM_RELEASE
 *
 * Closing the session descriptor stops and destroys the session; what was recorded stays readable
 * through the stream descriptors until they are closed, too.
 *
 * Every struct begins with its size as the caller knows it. A smaller size than the first version's
 * is -EINVAL. A larger one is accepted if all bytes that the module does not know are 0, otherwise
 * -E2BIG; results are cut at the caller's size. Unknown flags and values out of bounds are -EINVAL.
 * Members named reserved have to be 0.
 *
 * Reading. A ring is what include/ust/abi/ring.h says, of the reserve/commit kind. The module plays
 * the reader's part (libust/ring/read.c): UST_KSTREAM_NEXT hands out a piece, as ust_reader_next()
 * does, and UST_KSTREAM_RELEASE gives its room back. In between, the piece's bytes lie unchanged at
 * ust_kernel_piece.offset of the mapping and can be spliced. Pieces with the same number continue
 * one packet.
 */
#ifndef UST_ABI_KERNEL_H
#define UST_ABI_KERNEL_H

#include <linux/ioctl.h>
#include <linux/types.h>
#include <ust/abi/packet.h>

#define UST_KERNEL_DEVICE "/dev/ust-trace"
#define UST_KERNEL_ABI 1

#define UST_KERNEL_PATTERN_MAX 128  /* with its NUL */
#define UST_KERNEL_CHANNELS_MAX 8   /* of one session */
#define UST_KERNEL_FILTERS_MAX 4096 /* values of one kind */

/*
 * Contexts, in this order (that of the bits) between the event header and the event's fields. A
 * session's definitions begin with one of id UST_KERNEL_ID_CONTEXT whose fields are its contexts.
 */
#define UST_KCONTEXT_PID 0x1      /* __s32: the thread group's, in the initial pid namespace */
#define UST_KCONTEXT_TID 0x2      /* __s32: likewise the thread's; 0: the idle thread */
#define UST_KCONTEXT_COMM 0x4     /* char[16], NUL-padded */
#define UST_KCONTEXT_CPU 0x8      /* __u32 */
#define UST_KCONTEXT_PRIO 0x10    /* __s32: the kernel's, 0 to 139; 120 is nice 0 */
#define UST_KCONTEXT_PREEMPT 0x20 /* __u32: depth of preempt_disable() around the event */
#define UST_KCONTEXT_IRQ 0x40     /* __u8: UST_KIRQ_* */
#define UST_KCONTEXT_NESTING 0x80 /* __u8: records that this one interrupted */
#define UST_KCONTEXT_NS                                                                            \
	0x100                   /* 6 times __u32: inodes of the mnt, uts, ipc, net, pid, user
				   * namespaces; 0 in interrupts and exiting threads */
#define UST_KCONTEXT_VTID 0x200 /* __s32: the thread's id in its own pid namespace */
#define UST_KCONTEXT_ALL 0x3ff

#define UST_KIRQ_DISABLED 1 /* interrupts are off */
#define UST_KIRQ_SOFTIRQ 2  /* in a softirq */
#define UST_KIRQ_HARDIRQ 4  /* in an interrupt */
#define UST_KIRQ_NMI 8      /* in an NMI */

#define UST_KERNEL_ID_CONTEXT 0xffffffffu

enum ust_kernel_coverage {
	UST_KERNEL_CORE = 0,      /* the tracer's own: state dump, context */
	UST_KERNEL_GENERATED = 1, /* a probe made from the kernel's header */
	UST_KERNEL_RAW = 2,       /* perf's raw record, or the raw arguments of a tracepoint */
	UST_KERNEL_SYSCALL = 3,
};

struct ust_kernel_version {
	__u32 size;
	__u32 abi;        /* UST_KERNEL_ABI */
	__u32 nr_cpus;    /* possible ones: stream numbers are below */
	__u32 clock;      /* enum ust_clock_mode of sessions that leave the choice */
	__u32 contexts;   /* UST_KCONTEXT_* that are known */
	__u32 nr_events;  /* that can be enabled now */
	__u64 memory_max; /* bytes: all buffers of all sessions together */
	__u64 memory;     /* bytes: in use now */
	char release[64]; /* the kernel's */
};

struct ust_kernel_list {
	__u32 size;
	__u32 flags;                          /* 0 */
	char pattern[UST_KERNEL_PATTERN_MAX]; /* "": all; see ust_kernel_enable */
};

struct ust_kernel_session {
	__u32 size;
	__u32 flags;    /* 0 */
	__u32 contexts; /* UST_KCONTEXT_* */
	__u32 clock; /* enum ust_clock_mode; 0: the module chooses; -EOPNOTSUPP: not on this kernel
			 */
	__u8 uuid[16];   /* for the packet headers */
	__u32 ret_clock; /* result: what the time stamps are */
	__u32 reserved;
};

/* List and session descriptors: read(2) gives as many whole records as fit, -EINVAL if not even one
 * does (UST_KERNEL_EVENT_MAX always suffices). A list ends with 0. A session's descriptor gives
 * -EAGAIN when there is no new one, and polls readable when there is; the record of an event can be
 * read before the first piece that has the event in it is handed out. */
struct ust_kernel_event {
	__u32 size;     /* of the record: the next one begins there */
	__u32 id;       /* in event headers, and as long as the module is loaded */
	__u32 coverage; /* enum ust_kernel_coverage */
	__u32 enabled;  /* number of channels that it is recorded into now */
	__u32 definition_len;
	__u32 reserved;
	/* definition_len bytes: the event's definition as in control.h; then zeros up to size */
};

#define UST_KERNEL_EVENT_MAX 65536

#define UST_KERNEL_VERSION _IOWR('U', 1, struct ust_kernel_version)
/* Result: a descriptor. */
#define UST_KERNEL_LIST _IOW('U', 2, struct ust_kernel_list)
/* Result: a descriptor. */
#define UST_KERNEL_SESSION _IOWR('U', 3, struct ust_kernel_session)

struct ust_kernel_channel {
	__u32 size;
	__u32 flags;       /* UST_KCHANNEL_* */
	__u64 subbuf_size; /* power of two, UST_SUBBUF_MIN_SIZE to _MAX_SIZE */
	__u32 nr_subbufs;  /* power of two, UST_RING_MIN_SUBBUFS to _MAX_SUBBUFS */
	__u32 wake_us;     /* what is in an open sub-buffer is offered to poll(2) so often, but no
			    * idle CPU is woken for that; 0: at full sub-buffers only */
};

#define UST_KCHANNEL_OVERWRITE 1 /* the oldest sub-buffer makes room; else new events are dropped */

/* Patterns: "system:event", "system", "syscalls", "*"; both halves may have * and ?. They also hold
 * for the events of modules that are loaded later. Result: number of events that match now. */
struct ust_kernel_enable {
	__u32 size;
	__u32 flags;   /* 0 */
	__u32 channel; /* 0: the first one made */
	__u32 reserved;
	char pattern[UST_KERNEL_PATTERN_MAX];
};

/* An event is recorded if, of each kind that has values, one fits the current thread. */
struct ust_kernel_filter {
	__u32 size;
	__u32 kind;  /* enum ust_kernel_filter_kind */
	__u32 op;    /* enum ust_kernel_filter_op */
	__u32 flags; /* UST_KFILTER_* */
	__u64 value; /* pid in the caller's namespace; uid in the caller's namespace; cgroup: an open
		      * descriptor of its directory */
};

enum ust_kernel_filter_kind {
	UST_KFILTER_PID = 1,    /* thread group */
	UST_KFILTER_UID = 2,    /* real user id */
	UST_KFILTER_CGROUP = 3, /* of the unified hierarchy, with its descendants */
};

enum ust_kernel_filter_op {
	UST_KFILTER_ADD = 1,
	UST_KFILTER_REMOVE = 2,
	UST_KFILTER_CLEAR = 3, /* all values of the kind: no restriction any more */
};

#define UST_KFILTER_FOLLOW 1 /* of a pid: and the processes that it makes from now on */

struct ust_kernel_stream {
	__u32 size;
	__u32 channel;
	__u32 cpu;
	__u32 reserved;
};

/* Losses by event: in id, the event to begin with; result: the next one that lost something, or
 * -ENOENT. Events with ids of UST_LEDGER_ENTRIES and above share id 0. */
struct ust_kernel_loss {
	__u32 size;
	__u32 channel;
	__u32 id;
	__u32 reserved;
	__u64 lost[8]; /* by enum ust_lost_reason, since the channel was made */
};

/* Result: the channel's number: 0, 1, ... Before the first START only. */
#define UST_KSESSION_CHANNEL _IOW('U', 16, struct ust_kernel_channel)
#define UST_KSESSION_ENABLE _IOW('U', 17, struct ust_kernel_enable)
/* Takes the pattern back and switches the events off that no other pattern matches. */
#define UST_KSESSION_DISABLE _IOW('U', 18, struct ust_kernel_enable)
#define UST_KSESSION_FILTER _IOW('U', 19, struct ust_kernel_filter)
#define UST_KSESSION_START _IO('U', 20)
/* When it returns, nothing is recorded any more. */
#define UST_KSESSION_STOP _IO('U', 21)
/* Records the state of the system (events "ust_state:*") into channel 0; the session is started. */
#define UST_KSESSION_STATEDUMP _IO('U', 22)
/* Result: a descriptor; -ENODEV: no such CPU, or it was never online. */
#define UST_KSESSION_STREAM _IOW('U', 23, struct ust_kernel_stream)
#define UST_KSESSION_LOSS _IOWR('U', 24, struct ust_kernel_loss)

/*
 * poll(2): POLLIN: there is a closed sub-buffer, or the session was stopped or wake_us have passed
 * and there is any piece; POLLHUP: nothing more will come (the session is closed). Of several
 * threads that poll(2) one stream, one is woken.
 * mmap(2): read-only, offset 0, ust_kernel_stream_info.map_size bytes.
 * splice(2): between NEXT and RELEASE: the packet header (if position is 0) and the content of the
 * piece; then 0. What is in the pipe is the buffer itself: release the piece when the pipe is empty.
 */
struct ust_kernel_stream_info {
	__u32 size;
	__u32 cpu;
	__u32 channel;
	__u32 overwrite;
	__u64 subbuf_size;
	__u32 nr_subbufs;
	__u32 reserved;
	__u64 map_size; /* bytes that can be mapped */
	__u64 lost;     /* events, until now */
};

struct ust_kernel_piece {
	__u32 size;
	__u32 flags;    /* UST_KPIECE_WHOLE or 0 */
	__u64 offset;   /* results: where the content lies in the mapping */
	__u64 len;      /* bytes of content: whole events */
	__u64 number;   /* sub-buffer number */
	__u64 position; /* content bytes of this packet that were handed out before */
	__u32 closed;   /* 1: the packet is complete */
	__u32 reserved;
	/* The packet's header so far; content and packet size are those with this piece, pid is 0,
	 * procname "kernel". packet_seq_num begins at 1: 0 is for the empty packet in front, from
	 * which readers count losses. time_begin, time_end and lost are in it. */
	struct ust_packet_header header;
};

#define UST_KPIECE_WHOLE 1 /* no open sub-buffers, except the last one of a stopped session */

#define UST_KSTREAM_INFO _IOWR('U', 32, struct ust_kernel_stream_info)
/* Result: 1 and the piece; 0: nothing new. Without a RELEASE in between: the same piece again. In
 * overwrite mode: a copy of the oldest sub-buffer that was not handed out yet. */
#define UST_KSTREAM_NEXT _IOWR('U', 33, struct ust_kernel_piece)
/* -EINVAL: no piece is held. */
#define UST_KSTREAM_RELEASE _IO('U', 34)

#endif /* UST_ABI_KERNEL_H */
