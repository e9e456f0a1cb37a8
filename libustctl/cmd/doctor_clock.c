/* SPDX-License-Identifier: GPL-2.0-only */
/* The clock: which one sessions get, where it is from, how well it is known. */
#include "doctor.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

#include <ust/detail/clock-page.h>

#include "libust/clock/vdso.h"

/* When the clock showed 0, as a date. */
static void format_zero(const struct ust_vdso *vdso, const struct ust_clock_params *params,
			char *buf, size_t size)
{
	int64_t ns = (int64_t)params->monotonic_ns + params->realtime_ns -
		     (int64_t)ust_clock_scale(params->ticks, vdso->page->freq);
	time_t s = (time_t)(ns / 1000000000);
	char date[40] = "";
	struct tm tm;

	if (gmtime_r(&s, &tm))
		strftime(date, sizeof(date), "%Y-%m-%d %H:%M:%S", &tm);
	snprintf(buf, size, "%s.%09lld UTC", date, (long long)(ns % 1000000000));
}

static void say_counter(struct ust_finding *finding, const struct ust_vdso *vdso)
{
	struct ust_clock_params params;
	char zero[80];

	ust_vdso_params(vdso, &params);
	format_zero(vdso, &params, zero, sizeof(zero));
	if (params.flags & UST_CLOCK_UNSTABLE)
		ust_doctor_say(finding, UST_DOCTOR_FALLBACK,
			       "use --clock monotonic; the kernel says in its log what happened",
			       "cycle counter (%s), but the kernel no longer trusts it",
			       vdso->page->mode == UST_CLOCK_TSC ? "tsc" : "cntvct");
	else
		ust_doctor_say(finding, UST_DOCTOR_OK, NULL,
			       "cycle counter (%s), %llu Hz, 0 was at %s (TAI - UTC %lld s), "
			       "uncertainty %u ns",
			       vdso->page->mode == UST_CLOCK_TSC ? "tsc" : "cntvct",
			       (unsigned long long)vdso->page->freq, zero,
			       (long long)(params.tai_ns - params.realtime_ns + 500000000) /
				       1000000000,
			       params.uncertainty_ns);
}

void ust_doctor_clock(struct ust_finding *finding)
{
	struct ust_vdso vdso;
	int refused, err = ust_vdso_open(&vdso, &refused);
	char reason[80];

	if (err) {
		ust_doctor_say(finding, UST_DOCTOR_FAIL,
			       "the clock's page is a memfd that is mapped executable: allow that",
			       "cannot make the clock's page: %s", strerror(-err));
		return;
	}
	ust_clock_find_mode(reason, sizeof(reason));
	if (vdso.page->mode == UST_CLOCK_MONOTONIC)
		snprintf(reason, sizeof(reason), "%s", vdso.page->reason);
	if (!reason[0]) {
		say_counter(finding, &vdso);
	} else {
#ifdef PR_GET_TSC
		int tsc = PR_TSC_ENABLE;

		prctl(PR_GET_TSC, &tsc);
		if (tsc == PR_TSC_SIGSEGV)
			ust_doctor_say(finding, UST_DOCTOR_FAIL,
				       "a filter forbids reading the cycle counter (PR_SET_TSC); "
				       "remove it",
				       "rdtsc is forbidden in this process");
		else
#endif
			ust_doctor_say(finding, UST_DOCTOR_FALLBACK,
				       "timestamps are CLOCK_MONOTONIC's, some 10 ns more for each "
				       "event; the kernel says in its log why it does not trust "
				       "the tsc",
				       "CLOCK_MONOTONIC, not the cycle counter: %s", reason);
	}
	ust_vdso_close(&vdso);
}

void ust_doctor_clock_module(struct ust_finding *finding)
{
	struct ust_vdso vdso;
	int err = ust_vdso_open_device(UST_CLOCK_DEVICE, &vdso);

	if (err == -ENOENT || err == -ENXIO) {
		ust_doctor_say(finding, UST_DOCTOR_OK, NULL,
			       "not loaded: the clock is the system's clock source");
		return;
	}
	if (err) {
		ust_doctor_say(finding, UST_DOCTOR_FALLBACK,
			       err == -EPROTO ? "load the ust-clock.ko of this version"
					      : "check the permissions of " UST_CLOCK_DEVICE
						" (0444)",
			       UST_CLOCK_DEVICE ": %s",
			       err == -EPROTO ? "another version" : strerror(-err));
		return;
	}
	ust_doctor_say(finding, UST_DOCTOR_OK, NULL,
		       "ust-clock.ko, shared with the kernel's events%s; %llu warps between CPUs",
		       vdso.way == UST_VDSO_COPIED ? " (image copied: /dev is mounted noexec)" : "",
		       (unsigned long long)vdso.page->nr_warps);
	ust_vdso_close(&vdso);
}

void ust_doctor_clock_rate(struct ust_finding *finding)
{
	uint64_t freq = ust_clock_kernel_freq();

	if (freq)
		ust_doctor_say(finding, UST_DOCTOR_OK, NULL,
			       "the kernel tells the cycle counter's frequency: %llu Hz",
			       (unsigned long long)freq);
	else
		ust_doctor_say(
			finding, UST_DOCTOR_OK, NULL,
			"the cycle counter's frequency is measured: the kernel does not tell "
			"it (perf_event_open)");
}
