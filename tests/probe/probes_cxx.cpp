/* SPDX-License-Identifier: GPL-2.0-only */
/* Custom probes in C++: the parameters are known. */
#include <cerrno>
#include <cstring>

#include <ust/probe.h>
#include <ust/tracepoint.h>

#include "check.h"

static void on_req(void *data, int status, const char *url)
{
	*static_cast<int *>(data) = status == 5 && !std::strcmp(url, "x");
}

static void on_wrong(void *, float, const char *)
{
}

static void on_more(void *, int, const char *, int)
{
}

int main()
{
	int good = 0, status = 5;

	check(ust_probe_register("shop", "req", on_req, &good) == 0, "registered");
	UST_EVENT(shop, req, status, UST_STR(url, "x"));
	check(good, "called");
	check(ust_probe_register("shop", "req", on_wrong, nullptr) == -EINVAL, "a wrong type");
	check(ust_probe_register("shop", "req", on_more, nullptr) == -EINVAL, "one too many");
	check(ust_probe_register(
		      "shop", "req",
		      +[](void *data, int, const char *) { *static_cast<int *>(data) = 2; },
		      &good) == 0,
	      "a function without a name");
	UST_EVENT(shop, req, status, UST_STR(url, "x"));
	check(ust_probe_unregister("shop", "req", on_req, &good) == 0, "unregistered");
	return check_done();
}
