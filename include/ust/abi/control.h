/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * Control protocol between ustd, the processes it traces and the control library: bytes, no code.
 * docs/control-protocol.md tells the exchanges.
 *
 * Transport: a SOCK_SEQPACKET unix socket; one datagram is one message, at most UST_MSG_MAX bytes:
 * struct ust_msg_header, then a body. A body is a packed sequence of the members listed beside each
 * type, in that order: u32, u64, s32 in host byte order; "str" is a u32 length and that many bytes,
 * no NUL. File descriptors travel as SCM_RIGHTS of the same datagram.
 *
 * An unknown type is answered with UST_MSG_REPLY, status -EOPNOTSUPP. A body that is shorter than
 * its type asks for is -EBADMSG; bytes behind it are ignored (that is how a type grows).
 */
#ifndef UST_ABI_CONTROL_H
#define UST_ABI_CONTROL_H

#include <linux/types.h>

#include <ust/abi/clock.h>

#define UST_PROTOCOL_VERSION 1
#define UST_MSG_MAX 65536

#define UST_SOCKET_NAME "ustd.sock" /* in the runtime directory */
#define UST_APPS_DIR "apps" /* in the runtime directory: one socket for each parked process */
#define UST_DETACHED_DIR "detached" /* likewise, for those that wait for ATTACH_APP only */

/* Name of the thread that loads libust into a process that is attached to: its constructor does
 * nothing then but to get ready for ust_attach(). */
#define UST_ATTACH_THREAD "ust-attach"

/* Environment. */
#define UST_ENV_RUNTIME_DIR "UST_RUNTIME_DIR" /* overrides the runtime directory */
#define UST_ENV_SCOPE "UST_SCOPE"             /* scope of a session: see UST_MSG_CREATE */
#define UST_ENV_LISTEN "UST_LISTEN"           /* "0": no thread, no socket unless ustd runs now */
#define UST_ENV_DEBUG "UST_DEBUG"             /* "1": libust explains itself on stderr */

struct ust_msg_header {
	__u32 size;    /* of the whole message */
	__u16 version; /* UST_PROTOCOL_VERSION */
	__u16 type;    /* enum ust_msg_type */
	__u32 seq;     /* chosen by the sender of a request, repeated in the answer */
	__s32 status;  /* 0 or negative errno, in answers */
};

enum ust_msg_type {
	/*
	 * Process -> ustd.
	 */

	/* First message on a connection. s32 pid, s32 ppid, u32 nr_events (distinct), u32 nr_sites,
	 * u32 nr_foreign (sites of another ABI), u32 flags (enum ust_hello_flags),
	 * str comm, str exe, str scope (of the environment, may be empty).
	 * ustd then sends, for each session that wants the process, SESSION, ENABLE..., START (each
	 * with what it leads to), and at last READY. */
	UST_MSG_HELLO = 1,
	/* Answers ENABLE or follows a dlopen: definitions of events of this process that match.
	 * u64 session, u32 nr, nr times { u32 local (the process's own number for the event),
	 * str definition (see below) }. ustd answers EVENT_IDS. May also be sent as the first
	 * message of a new connection by a thread that cannot wait for the listener; then nr may be
	 * followed by nothing else and the answer comes on that connection. */
	UST_MSG_EVENT_DEFS = 2,
	/* Ends the answer to ENABLE. u64 session, u32 nr_matched, u32 nr_names, nr_names times str
	 * "provider:name" (when nothing matched: names of this process, at most 64). */
	UST_MSG_MATCHED = 3,
	/* Answers SYNC, with its seq: all earlier messages of this connection have taken effect. */
	UST_MSG_SYNCED = 4,
	/* Answers LIST, with its seq, as often as needed. u32 more (0: last one), u32 nr, nr times
	 * { u32 nr_sites, str definition }. */
	UST_MSG_EVENTS = 5,
	/* Answers TELL_STATES, with its seq, as often as needed; never if there is nothing to tell.
	 * u32 nr, nr times { u32 id of the event, str payload }. */
	UST_MSG_STATES = 6,

	/*
	 * ustd -> process.
	 */

	/* u64 session, u64 subbuf_size, u32 nr_subbufs, u32 nr_rings, u32 ring_shift,
	 * u32 overwrite (0, 1), u32 contexts (UST_CONTEXT_*), u32 clock (enum ust_clock_mode).
	 * Two descriptors: the channel's memfd, the doorbell's memfd. */
	UST_MSG_SESSION = 32,
	/* u64 session, str pattern, u32 level rule (UST_LEVEL_RULE) */
	UST_MSG_ENABLE = 33,
	/* u64 session, str pattern, u32 level rule */
	UST_MSG_DISABLE = 34,
	/* u64 session */
	UST_MSG_START = 35,
	/* u64 session: nothing is recorded into it once SYNCED came back */
	UST_MSG_STOP = 36,
	/* u64 session: stop and unmap */
	UST_MSG_TEARDOWN = 37,
	/* u64 session, u32 nr, nr times { u32 local, u32 id } */
	UST_MSG_EVENT_IDS = 38,
	/* nothing */
	UST_MSG_READY = 39,
	/* nothing */
	UST_MSG_SYNC = 40,
	/* nothing */
	UST_MSG_LIST = 41,
	/* u64 session: record the last value of every state key into it (again). Answered, when
	 * done, by SYNCED to a SYNC that follows. */
	UST_MSG_REPLAY = 42,
	/* nothing: switch everything off, put all patched code and hooks back, end the connection and
	 * stay silent until woken again (detach). */
	UST_MSG_DETACH = 43,
	/* str rules: what the interposition libraries are to hook in a process that runs (attach);
	 * answered by REPLY with the seq. */
	UST_MSG_HOOK = 44,
	/* u64 session: the last value of every state key whose event is recorded into it, without
	 * recording it. Answered by STATES; complete when SYNCED to a SYNC that follows. */
	UST_MSG_TELL_STATES = 45,
	/* u64 from, u64 to (sessions): the first stops and the second starts at once, so that every
	 * event that both have enabled is recorded into exactly one of them. */
	UST_MSG_SWITCH = 46,

	/*
	 * Control library -> ustd. Each is answered by REPLY (or the type named), with its seq.
	 */

	/* u32 version. Answered by REPLY: u32 version, s32 pid of ustd. */
	UST_MSG_CONTROL = 64,
	/* str name, str output (absolute path), u64 subbuf_size (0: default), u32 nr_subbufs (0:
	 * default), u32 overwrite, u32 contexts, str scope ("": every process of the user; else
	 * only processes whose UST_SCOPE is the same, and the session is destroyed when this
	 * connection ends), u32 clock (enum ust_clock_mode, 0: ustd chooses), u32 flags (enum
	 * ust_create_flags), u32 nr_pids, nr_pids times s32 pid (none: no restriction; else only
	 * these processes and, with UST_CREATE_FOLLOW, their descendants). What is missing at the
	 * end is 0. REPLY: u64 session. */
	UST_MSG_CREATE = 65,
	/* str name, str pattern, u32 level rule. REPLY: u32 nr_processes asked, u32 nr_events
	 * matched */
	UST_MSG_ENABLE_EVENT = 66,
	/* str name, str pattern, u32 level rule. REPLY as above */
	UST_MSG_DISABLE_EVENT = 67,
	/* str name. REPLY: nothing */
	UST_MSG_START_SESSION = 68,
	UST_MSG_STOP_SESSION = 69,
	/* str name. Stops if needed, drains, closes the trace. REPLY: as STATUS, its last state */
	UST_MSG_DESTROY = 70,
	/* str name ("": all sessions). REPLY: u32 nr, nr times { session block, see below } */
	UST_MSG_STATUS = 71,
	/* REPLY: u32 nr, nr times { s32 pid, s32 ppid, u32 nr_events, u32 nr_sites, u32 nr_foreign,
	 * str comm, str exe } */
	UST_MSG_LIST_APPS = 72,
	/* s32 pid. As many UST_MSG_EVENTS as needed, or REPLY with an error. */
	UST_MSG_LIST_EVENTS = 73,
	/* REPLY: nothing; ustd then stops all sessions, closes their traces and exits. */
	UST_MSG_SHUTDOWN = 74,
	/* str name, u32 flags (enum ust_kernel_flags), u32 nr, nr times str pattern
	 * ("system:event", "system", "syscalls", each with * and ?), u32 nr_pids, nr_pids times
	 * s32 pid (followed beside the session's processes; what is missing at the end is 0).
	 * Kernel events of the session: sent before START_SESSION. REPLY: u32 source (enum ust_kernel_source), u32 nr_events,
	 * str explanation (why this source and not a better one). */
	UST_MSG_ENABLE_KERNEL = 75,
	/* u32 source (0: the best there is), str pattern. As many UST_MSG_EVENTS as needed (file:
	 * coverage "generated", "raw" or "tracefs"), or REPLY with an error. */
	UST_MSG_LIST_KERNEL = 76,
	/* s32 pid, str rules: UST_MSG_HOOK for a process that is connected. REPLY: nothing. */
	UST_MSG_HOOK_APP = 77,
	/* s32 pid: UST_MSG_DETACH for a process that is connected. REPLY: nothing. */
	UST_MSG_DETACH_APP = 78,
	/* s32 pid. Sees to it that the process is connected: one that waits for ustd, or was
	 * detached, is woken. Up to one descriptor: a connected socket whose other end libust in
	 * that process holds (injection); the pid of its creator counts, not the one of the body.
	 * REPLY, when it has said HELLO and obeyed what its sessions ask for: u32 1 if it was
	 * detached or is injected, else 0. -ESRCH: it cannot be reached, -ETIMEDOUT: it is silent.
	 * A detached one is told to detach again when the client's connection ends. */
	UST_MSG_ATTACH_APP = 79,
	/* str name, s32 pid, u32 flags (enum ust_sched_flags). Context switches of the threads that
	 * the process has and will have: sent before START_SESSION. REPLY: nothing. */
	UST_MSG_ENABLE_SCHED = 80,
	/* str name, str output (absolute path; "": ustd chooses one beside the session's). What an
	 * overwrite session's buffers hold, as a trace of its own. Any number of PROGRESS, then
	 * REPLY: str output, u32 nr_processes, u32 nr_silent (their states are missing), u32
	 * nr_states, u64 bytes, u64 lost. Given up when the connection ends. */
	UST_MSG_SNAPSHOT = 81,
	/* str name, str output (as of SNAPSHOT). Ends the session's trace and goes on in another.
	 * REPLY: str output of the trace that is complete, str output of the next, u64 bytes and
	 * u64 lost of the complete one, u32 nr_silent (processes that had not gone over in time). */
	UST_MSG_ROTATE = 82,

	/* ustd -> control library, nothing: the request with this seq is being worked on. */
	UST_MSG_PROGRESS = 126,

	UST_MSG_REPLY = 127,
};

/* Events' definition, the same in EVENT_DEFS, EVENTS and the trace's metadata writer:
 *   str provider, str name, str file, u32 line, u32 loglevel, u32 nr_fields,
 *   nr_fields times { str name, u32 word (UST_FIELD_WORD), u32 nr_labels (enums, else 0),
 *                     nr_labels times { str label, u64 value, u64 span } },
 *   u32 nr_attrs, nr_attrs times { u32 kind (enum ust_attr_kind), u32 field (or UST_ATTR_EVENT),
 *                                  str text }
 *
 * Session block of STATUS and DESTROY:
 *   u64 session, str name, str output, str scope, u32 state (enum ust_session_state),
 *   u32 overwrite, u32 contexts, u64 subbuf_size, u32 nr_subbufs, u32 nr_rings,
 *   u64 elapsed_ns (started until now or stopped), u64 bytes written,
 *   u64 lost (total), u32 nr_losses, nr_losses times { str event, u32 reason, u64 count },
 *   u32 nr_apps_seen (processes that were asked), u32 nr_apps_live, u32 nr_sites_seen,
 *   u32 nr_foreign_seen, u32 nr_events (definitions in the trace),
 *   u32 nr_patterns, nr_patterns times str,
 *   u32 nr_names (names that no pattern matched, at most 64), nr_names times str,
 *   s32 error (0, or negative errno that stopped the session), str error_text,
 *   u32 kernel source (enum ust_kernel_source, 0: none), u32 nr of kernel events enabled,
 *   u64 kernel events recorded, u64 lost, str why this source,
 *   u32 nr_ids, nr_ids times { u32 id, str definition }  (DESTROY and STATUS of one session: only
 *   as many as fit the message; 0 if none fit)
 */

/*
 * Level rule of a pattern: 0: events of any log level; else an operator and a level (0 to 14).
 */
#define UST_LEVEL_RULE(op, level) ((__u32)(op) << 8 | (__u32)(level))
#define UST_LEVEL_AT_LEAST 1 /* this level and the more severe ones (smaller numbers) */
#define UST_LEVEL_ONLY 2     /* exactly this level */

enum ust_create_flags {
	UST_CREATE_FOLLOW = 1,
	UST_CREATE_OWNED = 2, /* destroyed when this connection ends, as with a scope */
};

enum ust_kernel_flags {
	UST_KERNEL_ALL = 1, /* events of the whole system, not of the traced processes only */
};

enum ust_sched_flags {
	UST_SCHED_CHILDREN = 1, /* also those of the processes that it starts */
};

enum ust_kernel_source {
	UST_KERNEL_MODULE = 1,  /* ust-trace.ko */
	UST_KERNEL_TRACEFS = 2, /* a private instance of tracefs */
};

enum ust_hello_flags {
	UST_HELLO_FORKED = 1, /* child of a traced process, after fork */
};

enum ust_session_state {
	UST_SESSION_CREATED = 0,
	UST_SESSION_STARTED = 1,
	UST_SESSION_STOPPED = 2,
	UST_SESSION_FAILED = 3, /* the sink refused: see error */
};

#endif /* UST_ABI_CONTROL_H */
