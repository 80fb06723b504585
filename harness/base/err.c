/* SPDX-License-Identifier: GPL-2.0-or-later */
/* err.c: one error message on its way up to whoever can show it. */
#include "base/err.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

int err_set(struct err *e, int errnum, const char *fmt, ...)
{
	if (e) {
		va_list ap;

		va_start(ap, fmt);
		vsnprintf(e->text, sizeof(e->text), fmt, ap);
		va_end(ap);
		size_t len = strlen(fmt), used = strlen(e->text);
		if (len && fmt[len - 1] == ':' && used < sizeof(e->text) - 1)
			snprintf(e->text + used, sizeof(e->text) - used, " %s", strerror(errnum));
		utf8_clean(e->text, true);
	}
	return -errnum;
}

bool err_is_no_room(int error)
{
	if (error < 0 && error > -4096) /* as the kernel has them */
		error = -error;
	return error == ENOMEM || error == ENOBUFS || error == EMFILE || error == ENFILE;
}

const char *err_remedy(int error)
{
	switch (error) {
	case EMFILE:
	case ENFILE:
		return "more open files (ulimit -n, sysctl fs.file-max)";
	case EAGAIN:
		return "more processes (ulimit -u, the cgroup's pids.max)";
	case ENOMEM:
		return "more memory (ulimit -v, the cgroup's memory.max)";
	default:
		return NULL;
	}
}
