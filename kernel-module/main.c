// SPDX-License-Identifier: GPL-2.0-only
/* Everything begins and ends here. */
#include <linux/module.h>

#include "channel.h"
#include "debugfs.h"
#include "device.h"
#include "notifier.h"
#include "probe.h"
#include "selftest.h"
#include "session.h"

static int __init ust_init(void)
{
	int ret;

	ret = ust_kchannels_init();
	if (ret)
		return ret;
	ret = ust_knotifier_init();
	if (ret)
		goto no_notifier;
	ust_kdebugfs_init();
	ret = ust_kevents_init(&ust_ksession_events_ops);
	if (ret)
		goto no_events;
	/* Last: what it opens has to be there. */
	ret = ust_kdevice_init();
	if (ret)
		goto no_device;
	ust_kselftest_init();
	return 0;
no_device:
	ust_kevents_exit();
no_events:
	ust_kdebugfs_exit();
	ust_knotifier_exit();
no_notifier:
	ust_kchannels_exit();
	return ret;
}

/* No descriptor is open: each holds a reference to the module. */
static void __exit ust_exit(void)
{
	ust_kselftest_exit();
	ust_kdevice_exit();
	ust_kdebugfs_exit();
	ust_kevents_exit();
	ust_knotifier_exit();
	ust_kchannels_exit();
}

module_init(ust_init);
module_exit(ust_exit);
MODULE_LICENSE("GPL");
MODULE_DESCRIPTION("UST kernel tracer");
