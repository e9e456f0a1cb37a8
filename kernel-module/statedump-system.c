// SPDX-License-Identifier: GPL-2.0-only
/* Interrupts and devices. */
#include <linux/device.h>
#include <linux/interrupt.h>
#include <linux/irq.h>
#include <linux/irqdesc.h>
#include <linux/kdev_t.h>
#include <linux/netdevice.h>
#include <linux/pci.h>
#include <linux/platform_device.h>
#include <linux/rtnetlink.h>

#include "statedump.h"

static void dump_irq(struct ust_kdump *dump, u32 irq)
{
	struct irq_data *data = irq_get_irq_data(irq);
	struct irq_desc *desc = data ? irq_data_to_desc(data) : NULL;
	char actions[256] = "";
	struct irqaction *action;
	unsigned long flags;

	if (!desc)
		return;
	raw_spin_lock_irqsave(&desc->lock, flags);
	for (action = desc->action; action; action = action->next) {
		if (actions[0])
			strlcat(actions, ",", sizeof(actions));
		strlcat(actions, action->name ?: "?", sizeof(actions));
	}
	raw_spin_unlock_irqrestore(&desc->lock, flags);
	if (!actions[0])
		return;
	ust_kdump_u32(dump, irq);
	ust_kdump_str(dump, data->chip && data->chip->name ? data->chip->name : "");
	ust_kdump_str(dump, actions);
	ust_kdump_emit(dump, UST_KSTATE_IRQ, true);
}

void ust_kdump_irqs(struct ust_kdump *dump)
{
	int irq;

	for (irq = 0; irq < nr_irqs && !dump->stopped; irq++)
		dump_irq(dump, irq);
}

/* ---- devices ---- */

static int dump_device(struct device *device, void *data)
{
	struct ust_kdump *dump = data;

	if (dump->stopped)
		return 1;
	if (device->bus || device->class) {
		ust_kdump_str(dump, device->class ? device->class->name : device->bus->name);
		ust_kdump_str(dump, dev_name(device));
		ust_kdump_str(dump, dev_driver_string(device));
		ust_kdump_u32(dump, MAJOR(device->devt));
		ust_kdump_u32(dump, MINOR(device->devt));
		ust_kdump_emit(dump, UST_KSTATE_DEVICE, true);
	}
	return device_for_each_child(device, data, dump_device);
}

static void dump_interfaces(struct ust_kdump *dump)
{
	struct net_device *device;

	rtnl_lock();
	for_each_netdev(&init_net, device)
	{
		if (device->dev.parent)
			continue; /* was found below its parent */
		ust_kdump_str(dump, "net");
		ust_kdump_str(dump, device->name);
		ust_kdump_str(dump, "");
		ust_kdump_u32(dump, 0);
		ust_kdump_u32(dump, device->ifindex);
		ust_kdump_emit(dump, UST_KSTATE_DEVICE, false);
	}
	rtnl_unlock();
}

#ifdef CONFIG_PCI
static int dump_root_bridge(struct device *device, void *data)
{
	/* Those behind a bridge are found below it. */
	return device->parent && device->parent->bus == device->bus ? 0 : dump_device(device, data);
}
#endif

/* All that hangs off a bus with an exported name; virtual block devices do not. */
void ust_kdump_devices(struct ust_kdump *dump)
{
#ifdef CONFIG_PCI
	bus_for_each_dev(&pci_bus_type, NULL, dump, dump_root_bridge);
#endif
	device_for_each_child(&platform_bus, dump, dump_device);
	dump_interfaces(dump);
}
