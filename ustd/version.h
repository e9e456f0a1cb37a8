/* SPDX-License-Identifier: GPL-2.0-only */
/* The build gives the version; a build by hand has none. */
#ifndef USTD_VERSION_H
#define USTD_VERSION_H

#ifndef USTD_VERSION
#define USTD_VERSION "0.0.0"
#endif

#endif /* USTD_VERSION_H */
