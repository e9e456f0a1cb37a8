/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What ustd refuses to exceed, whatever its peers ask for. A process of the same user may be broken
 * or hostile: it may lose its own trace, but not the memory or the time of the rest.
 */
#ifndef USTD_BOUNDS_H
#define USTD_BOUNDS_H

#define USTD_MAX_CONNS 8192
#define USTD_MAX_SESSIONS 64
#define USTD_MAX_RULES 1024             /* patterns of a session */
#define USTD_MAX_NAMES 64               /* "names come near", see control.h */
#define USTD_MAX_NAME 512               /* bytes of a provider, event or session name */
#define USTD_MAX_DEF_BYTES (64u << 20)  /* definitions of a session */
#define USTD_MAX_PIDS 65536             /* processes of a session that is restricted */
#define USTD_MAX_DEPTH 64               /* generations between a followed process and another */
#define USTD_MAX_STATES 16384           /* sticky values of one process in a snapshot */
#define USTD_MAX_QUEUE (16u << 20)      /* bytes waiting for one slow peer */
#define USTD_MAX_PENDING 1024           /* unanswered ENABLEs of one process */
#define USTD_MAX_BUFFERS (256ull << 20) /* default buffers of one process */

#define USTD_REPLY_NS 2000000000ull  /* a request waits this long for processes */
#define USTD_DELIVER_NS 300000000ull /* quiet data reach the file after this */
#define USTD_ROOM_NS 1000000000ull   /* a full disk is tried again after this */
#define USTD_WORK_PIECES 32          /* pieces handled before control messages get a turn */
#define USTD_WORK_BYTES (8u << 20)   /* likewise */

#endif /* USTD_BOUNDS_H */
