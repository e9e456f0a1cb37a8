/* SPDX-License-Identifier: (GPL-2.0-only OR LGPL-2.1-only OR MIT) */
/*
 * Log levels of events: syslog's eight and, as LTTng has them, seven of debugging. A smaller number is
 * more severe. An event without a level has UST_DEBUG_LINE.
 *
 *	UST_EVENT_LEVEL(UST_WARNING, shop, out_of_stock, item);
 *
 *	ustctl record --loglevel WARNING ./shop		this level and the more severe ones
 */
#ifndef UST_LOGLEVEL_H
#define UST_LOGLEVEL_H

enum ust_loglevel {
	UST_EMERG = 0,           /* the system is unusable */
	UST_ALERT = 1,           /* something must be done at once */
	UST_CRIT = 2,            /* critical conditions */
	UST_ERR = 3,             /* errors */
	UST_WARNING = 4,         /* warnings */
	UST_NOTICE = 5,          /* normal, but significant */
	UST_INFO = 6,            /* informational */
	UST_DEBUG_SYSTEM = 7,    /* debugging: of the system */
	UST_DEBUG_PROGRAM = 8,   /* of the program */
	UST_DEBUG_PROCESS = 9,   /* of a process */
	UST_DEBUG_MODULE = 10,   /* of a module (an object, a library) */
	UST_DEBUG_UNIT = 11,     /* of a compilation unit */
	UST_DEBUG_FUNCTION = 12, /* of a function */
	UST_DEBUG_LINE = 13,     /* of a line: the default */
	UST_DEBUG = 14           /* anything else */
};

#endif /* UST_LOGLEVEL_H */
