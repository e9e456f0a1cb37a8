/* SPDX-License-Identifier: LGPL-2.1-only */
/* Building text without a C library: what the metadata writer needs and no more. */
#ifndef UST_CTF_TEXT_H
#define UST_CTF_TEXT_H

#include "metadata.h"

void ust_ctf_put(struct ust_ctf_text *text, const char *s);
void ust_ctf_put_bytes(struct ust_ctf_text *text, const char *s, size_t len);
void ust_ctf_put_u64(struct ust_ctf_text *text, uint64_t value);
void ust_ctf_put_s64(struct ust_ctf_text *text, int64_t value);
/* The inside of a quoted string; bytes that are not UTF-8 become '?'. */
void ust_ctf_put_escaped(struct ust_ctf_text *text, const char *s, size_t len);
/* 00112233-4455-..., in quotes. */
void ust_ctf_put_uuid(struct ust_ctf_text *text, const uint8_t uuid[16]);

#endif /* UST_CTF_TEXT_H */
