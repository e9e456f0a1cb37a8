/* SPDX-License-Identifier: GPL-2.0-only */
/* The kernel's events: whether ust-trace.ko can be had, and what stands in the way. */
#include "doctor.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <ust/abi/kernel.h>

#define INSTEAD "kernel events come from tracefs"

static int read_number(const char *path)
{
	FILE *file = fopen(path, "re");
	int value = -1;

	if (file) {
		if (fscanf(file, "%d", &value) != 1)
			value = -1;
		fclose(file);
	}
	return value;
}

/* Whether depmod knows the module for the kernel that runs. */
static int installed(const char *release)
{
	char path[256], line[1024];
	int found = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/lib/modules/%s/modules.dep", release);
	file = fopen(path, "re");
	if (!file)
		return 0;
	while (!found && fgets(line, sizeof(line), file))
		found = strstr(line, "/ust-trace.ko") != NULL;
	fclose(file);
	return found;
}

/* There is no device: what is the first thing that is missing? */
static void explain_missing(struct ust_finding *finding)
{
	char path[256], todo[400];
	struct utsname uts;

	uname(&uts);
	if (access("/proc/modules", F_OK)) {
		ust_doctor_say(finding, UST_DOCTOR_OK, NULL,
			       "this kernel loads no modules: " INSTEAD);
		return;
	}
	if (read_number("/proc/sys/kernel/modules_disabled") == 1) {
		ust_doctor_say(finding, UST_DOCTOR_FALLBACK,
			       "load ust-trace before kernel.modules_disabled is set to 1",
			       "loading modules is switched off until the next boot: " INSTEAD);
		return;
	}
	snprintf(path, sizeof(path), "/lib/modules/%s/build/Makefile", uts.release);
	if (installed(uts.release))
		snprintf(todo, sizeof(todo), "sudo modprobe ust-trace");
	else if (!access(path, F_OK))
		snprintf(todo, sizeof(todo),
			 "in the source tree: sudo make -C kernel-module install; then: sudo "
			 "modprobe ust-trace");
	else
		snprintf(todo, sizeof(todo),
			 "install linux-headers-%s; then, in the source tree: sudo make -C "
			 "kernel-module install",
			 uts.release);
	ust_doctor_say(finding, UST_DOCTOR_FALLBACK, todo, "ust-trace.ko is not loaded: " INSTEAD);
}

static void explain_refusal(struct ust_finding *finding, int error)
{
	char todo[300];

	if (error != EACCES && error != EPERM)
		snprintf(todo, sizeof(todo),
			 "load the module again and look into the kernel's log");
	else if (getgrnam("tracing"))
		snprintf(
			todo, sizeof(todo),
			"be root or in the group: sudo usermod -aG tracing USER, and log in again");
	else
		snprintf(todo, sizeof(todo),
			 "be root, or make the group and the udev rule: sudo make -C kernel-module "
			 "group rules");
	ust_doctor_say(finding, UST_DOCTOR_FALLBACK, todo, UST_KERNEL_DEVICE ": %s",
		       strerror(error));
}

void ust_doctor_kernel_module(struct ust_finding *finding)
{
	struct ust_kernel_version version = {.size = sizeof(version)};
	int fd = open(UST_KERNEL_DEVICE, O_RDWR | O_CLOEXEC), error = errno;

	if (fd < 0 && (error == ENOENT || error == ENXIO || error == ENODEV)) {
		explain_missing(finding);
		return;
	}
	if (fd < 0) {
		explain_refusal(finding, error);
		return;
	}
	if (ioctl(fd, UST_KERNEL_VERSION, &version) || version.abi != UST_KERNEL_ABI)
		ust_doctor_say(finding, UST_DOCTOR_FALLBACK,
			       "load the ust-trace.ko of this version: sudo make -C kernel-module "
			       "install; sudo modprobe -r ust-trace; sudo modprobe ust-trace",
			       "ust-trace.ko is of another version: " INSTEAD);
	else
		ust_doctor_say(finding, UST_DOCTOR_OK, NULL,
			       "ust-trace.ko, %u events, buffers use %llu of %llu MiB",
			       version.nr_events, (unsigned long long)version.memory >> 20,
			       (unsigned long long)version.memory_max >> 20);
	close(fd);
}
