/* SPDX-License-Identifier: LGPL-2.1-only */
#include "vdso.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <ust/detail/clock-page.h>
/* Made by vdso-clock/meson.build. */
#include <clock-image.h>

#include "symbol.h"

/* read.h wants it for readers of other modes than the counter's. */
static inline __u64 ust_clock_monotonic(void)
{
	return ust_clock_time_ns(UST_CLOCK_ID_MONOTONIC);
}
#include "vdso-clock/read.h"

/* MFD_NOEXEC_SEAL of Linux 6.3: the only kind of file where vm.memfd_noexec is 2. */
#define NOEXEC_SEAL 8u

static size_t round_up(size_t size)
{
	return (size + UST_CLOCK_PAGE_SIZE - 1) & ~(size_t)(UST_CLOCK_PAGE_SIZE - 1);
}

/* Room for the page and an image right behind it. */
static int reserve(struct ust_vdso *vdso, size_t image_size)
{
	vdso->map_size = UST_CLOCK_PAGE_SIZE + round_up(image_size);
	vdso->map = mmap(NULL, vdso->map_size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (vdso->map == MAP_FAILED) {
		vdso->map = NULL;
		return -errno;
	}
	vdso->page = vdso->map;
	return 0;
}

static char *image_of(const struct ust_vdso *vdso)
{
	return (char *)vdso->map + UST_CLOCK_PAGE_SIZE;
}

/* What the device changes must be seen; a sealed file cannot change, and older kernels refuse to share
 * it. */
static int map_kind(const struct ust_vdso *vdso)
{
	return (vdso->way == UST_VDSO_OWN ? MAP_PRIVATE : MAP_SHARED) | MAP_FIXED;
}

static int map_page(struct ust_vdso *vdso, int fd)
{
	void *map = mmap(vdso->map, UST_CLOCK_PAGE_SIZE, PROT_READ, map_kind(vdso), fd, 0);

	return map == MAP_FAILED ? -errno : 0;
}

static int map_image(struct ust_vdso *vdso, int fd)
{
	void *map = mmap(image_of(vdso), vdso->map_size - UST_CLOCK_PAGE_SIZE,
			 PROT_READ | PROT_EXEC, map_kind(vdso), fd, UST_CLOCK_PAGE_SIZE);

	return map == MAP_FAILED ? -errno : 0;
}

/* Memory that was written may become executable where a file of that kind may not. */
static int copy_own_image(struct ust_vdso *vdso)
{
	size_t size = vdso->map_size - UST_CLOCK_PAGE_SIZE;

	if (mmap(image_of(vdso), size, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
		return -errno;
	memcpy(image_of(vdso), ust_clock_image, sizeof(ust_clock_image));
	return mprotect(image_of(vdso), size, PROT_READ | PROT_EXEC) ? -errno : 0;
}

/* Where the device may not be mapped executable, a copy of what read(2) gives may. */
static int copy_image(struct ust_vdso *vdso, int fd)
{
	size_t size = vdso->map_size - UST_CLOCK_PAGE_SIZE, done = 0;
	ssize_t len = 1;

	if (mmap(image_of(vdso), size, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == MAP_FAILED)
		return -errno;
	while (done < size && len > 0) {
		len = pread(fd, image_of(vdso) + done, size - done, (off_t)done);
		if (len > 0)
			done += (size_t)len;
	}
	if (len < 0)
		return -errno;
	if (done < vdso->page->image_size)
		return -EPROTO;
	return mprotect(image_of(vdso), size, PROT_READ | PROT_EXEC) ? -errno : 0;
}

static void *symbol(const struct ust_vdso *vdso, size_t size, const char *name)
{
	return ust_clock_symbol(image_of(vdso), size, UST_CLOCK_SYMBOL_VERSION, name);
}

static int find_symbols(struct ust_vdso *vdso, size_t image_size)
{
	void *reader = symbol(vdso, image_size, UST_CLOCK_SYMBOL_READ);
	void *freq = symbol(vdso, image_size, UST_CLOCK_SYMBOL_FREQ);
	void *mode = symbol(vdso, image_size, UST_CLOCK_SYMBOL_MODE);

	if (!reader || !freq || !mode)
		return -EPROTO;
	/* ISO C has no cast from an object's to a function's pointer. */
	memcpy(&vdso->read, &reader, sizeof(reader));
	memcpy(&vdso->freq, &freq, sizeof(freq));
	memcpy(&vdso->mode, &mode, sizeof(mode));
	return 0;
}

/* The size of the image that a device has, or a negative errno. */
static int ask_image_size(int fd)
{
	const struct ust_clock_page *page;
	struct stat st;
	int size;

	if (fstat(fd, &st))
		return -errno;
	if (!S_ISCHR(st.st_mode))
		return -ENODEV;
	page = mmap(NULL, UST_CLOCK_PAGE_SIZE, PROT_READ, MAP_SHARED, fd, 0);
	if (page == MAP_FAILED)
		return -errno;
	size = page->magic == UST_CLOCK_MAGIC && page->version == UST_CLOCK_PAGE_VERSION &&
			       page->image_size && page->image_size <= UST_CLOCK_IMAGE_MAX &&
			       page->freq
		       ? (int)page->image_size
		       : -EPROTO;
	munmap((void *)page, UST_CLOCK_PAGE_SIZE);
	return size;
}

int ust_vdso_open_device(const char *device, struct ust_vdso *ret_vdso)
{
	struct ust_vdso vdso = {.way = UST_VDSO_MAPPED};
	int size, err;

	vdso.fd = open(device, O_RDONLY | O_CLOEXEC);
	if (vdso.fd < 0)
		return -errno;
	size = ask_image_size(vdso.fd);
	err = size < 0 ? size : reserve(&vdso, (size_t)size);
	if (!err)
		err = map_page(&vdso, vdso.fd);
	if (!err && map_image(&vdso, vdso.fd)) {
		vdso.way = UST_VDSO_COPIED;
		err = copy_image(&vdso, vdso.fd);
	}
	if (!err)
		err = find_symbols(&vdso, (size_t)size);
	if (err)
		ust_vdso_close(&vdso);
	else
		*ret_vdso = vdso;
	return err;
}

/* The file's writable view, sealed before anybody looks. */
static int fill_own(int fd, size_t size)
{
	char *map;

	if (ftruncate(fd, (off_t)size))
		return -errno;
	map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (map == MAP_FAILED)
		return -errno;
	ust_clock_make_page((struct ust_clock_page *)map);
	((struct ust_clock_page *)map)->image_size = sizeof(ust_clock_image);
	memcpy(map + UST_CLOCK_PAGE_SIZE, ust_clock_image, sizeof(ust_clock_image));
	munmap(map, size);
	return fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE | F_SEAL_SEAL)
		       ? -errno
		       : 0;
}

int ust_vdso_open_own(struct ust_vdso *ret_vdso)
{
	struct ust_vdso vdso = {.way = UST_VDSO_OWN, .fd = -1};
	int err = reserve(&vdso, sizeof(ust_clock_image)), fd;

	if (err)
		return err;
	/* A file, because memory that was ever writable may not become executable everywhere. */
	fd = memfd_create("ust-clock", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (fd < 0)
		fd = memfd_create("ust-clock", MFD_CLOEXEC | NOEXEC_SEAL);
	err = fd < 0 ? -errno : fill_own(fd, vdso.map_size);
	if (!err)
		err = map_page(&vdso, fd);
	if (!err && map_image(&vdso, fd))
		err = copy_own_image(&vdso);
	if (!err)
		err = find_symbols(&vdso, sizeof(ust_clock_image));
	if (fd >= 0)
		close(fd);
	if (err)
		ust_vdso_close(&vdso);
	else
		*ret_vdso = vdso;
	return err;
}

int ust_vdso_open(struct ust_vdso *ret_vdso, int *ret_refused)
{
	*ret_refused = ust_vdso_open_device(UST_CLOCK_DEVICE, ret_vdso);
	return *ret_refused ? ust_vdso_open_own(ret_vdso) : 0;
}

void ust_vdso_close(struct ust_vdso *vdso)
{
	if (vdso->map)
		munmap(vdso->map, vdso->map_size);
	if (vdso->fd >= 0)
		close(vdso->fd);
	memset(vdso, 0, sizeof(*vdso));
	vdso->fd = -1;
}

void ust_vdso_params(const struct ust_vdso *vdso, struct ust_clock_params *ret_params)
{
	/* An update takes the writer a grace period: that two happen in one copy is rare. */
	do {
		const struct ust_clock_params *params = ust_clock_params(vdso->page);

		ret_params->seq_end = __atomic_load_n(&params->seq_end, __ATOMIC_ACQUIRE);
		memcpy(ret_params, params, offsetof(struct ust_clock_params, seq_end));
		__atomic_thread_fence(__ATOMIC_ACQUIRE);
		ret_params->seq = __atomic_load_n(&params->seq, __ATOMIC_RELAXED);
	} while (!ust_clock_params_whole(ret_params));
}

int ust_vdso_update(const struct ust_vdso *vdso)
{
	__u64 flags;

	if (vdso->fd < 0)
		return -ENODEV;
	return ioctl(vdso->fd, UST_CLOCK_IOC_UPDATE, &flags) ? -errno : (int)flags;
}
