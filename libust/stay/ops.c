/* SPDX-License-Identifier: LGPL-2.1-only */
#include "stay.h"

static void record_words(struct ust_site_state *state, const __u64 *words, __u64 len, void *ip)
{
	(void)state;
	(void)words;
	(void)len;
	(void)ip;
}

static void record_string(struct ust_site_state *state, const __u64 *words, __u64 len,
			  const char *string, void *ip)
{
	(void)state;
	(void)words;
	(void)len;
	(void)string;
	(void)ip;
}

static void record_args(struct ust_site_state *state, const struct ust_arg *args, __u32 nr_args,
			void *ip)
{
	(void)state;
	(void)args;
	(void)nr_args;
	(void)ip;
}

static void presence(struct ust_site_state *state, int there)
{
	(void)state;
	(void)there;
}

static void new_spans(struct ust_site_state *state)
{
	(void)state;
}

const struct ust_site_ops ust_stay_ops = {
	.record_words = record_words,
	.record_string = record_string,
	.record_args = record_args,
	.presence = presence,
	.new_spans = new_spans,
	.keep = record_args,
};
