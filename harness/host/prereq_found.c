/* SPDX-License-Identifier: GPL-2.0-or-later */
/* prereq_found.c: notes what was found of a prerequisite, and how long it took. */
#include "host/prereq_found.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/units.h"

int64_t prereq_slow_ns = 10 * NS_PER_S;

void prereq_found(struct prereq *p, int error, const char *text)
{
	p->there = !error;
	p->error = error;
	snprintf(p->found, sizeof(p->found), "%.511s", text);
}

int64_t prereq_deadline(int64_t began_ns)
{
	return began_ns + PREREQ_PATIENCE * prereq_slow_ns;
}

void prereq_found_by(
    struct prereq *p, int r, const struct err *e, const char *text, int64_t began_ns)
{
	int64_t took_ns = clock_now_ns() - began_ns;

	prereq_found(p, r < 0 ? -r : 0, r < 0 ? e->text : text);
	if (took_ns > p->took_ns)
		p->took_ns = took_ns;
	if (r != -ETIMEDOUT)
		return;
	snprintf(p->found, sizeof(p->found), "did not end within %g s",
	    (double)(PREREQ_PATIENCE * prereq_slow_ns) / NS_PER_S);
	p->remedy = "it is installed: see what it waits for, or try again on a quieter machine";
}

void prereq_found_errno(struct prereq *p, int error)
{
	prereq_found(p, error, error ? strerror(error) : "yes");
}

void prereq_add(struct prereq *p, const char *fmt, ...)
{
	size_t len = strlen(p->found);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(p->found + len, sizeof(p->found) - len, fmt, ap);
	va_end(ap);
}
