/* SPDX-License-Identifier: GPL-2.0-only */
/* What json-c does not do by itself. */
#ifndef USTCTL_CMD_JSON_H
#define USTCTL_CMD_JSON_H

#include <json-c/json.h>

/* A string; bytes that are not UTF-8, as file names and names of programs may have, become U+FFFD,
 * so that the output is JSON. */
struct json_object *ust_json_string(const char *text);

/* Prints @root on standard output, indented, and frees it. */
void ust_json_print(struct json_object *root);

#endif /* USTCTL_CMD_JSON_H */
