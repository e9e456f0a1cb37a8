/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The commands that read a trace: ustctl view and ustctl stats.
 */
#ifndef UST_VIEW_VIEW_H
#define UST_VIEW_VIEW_H

/*
 * @argv[0] is the command's own name ("view", "stats"), the rest its options and DIR, as in their
 * man pages. They write to standard output and standard error, set SIGPIPE to be ignored, and
 * return the exit status: 0, 1 the trace cannot be read, 2 wrong usage.
 */
int ust_view_main(int argc, char **argv);
int ust_stats_main(int argc, char **argv);

#endif /* UST_VIEW_VIEW_H */
