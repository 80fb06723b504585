/* SPDX-License-Identifier: GPL-2.0-or-later */
/* heap.c: memory is there or ends the process, for the libraries too.
 *
 * libfyaml takes a name that it could not copy for an empty one, jansson leaves out what it cannot
 * hold, and both may end by a null pointer. So for the whole program no memory means what it means
 * in mem.h: a message and exit status 4. glibc's own are asked for by name, so that a preloaded
 * library comes between. */
#include <features.h>

#if defined(__GLIBC__) && !defined(__SANITIZE_ADDRESS__)
#include <dlfcn.h>
#include <stddef.h>
#include <string.h>

#include "base/mem.h"

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t size);
void *malloc(size_t size);
void *calloc(size_t n, size_t size);
void *realloc(void *p, size_t size);

static void *(*next_malloc)(size_t);
static void *(*next_calloc)(size_t, size_t);
static void *(*next_realloc)(void *, size_t);

static void find_libc(void *slot, void *at_first, const char *name)
{
	memcpy(slot, &at_first, sizeof(at_first)); /* dlsym() itself may ask for memory */
	void *found = dlsym(RTLD_NEXT, name);

	if (found)
		memcpy(slot, &found, sizeof(found));
}

void *malloc(size_t size)
{
	if (!next_malloc)
		find_libc(&next_malloc, (void *)__libc_malloc, "malloc");
	return mem_there(next_malloc(size));
}

void *calloc(size_t n, size_t size)
{
	if (!next_calloc)
		find_libc(&next_calloc, (void *)__libc_calloc, "calloc");
	return mem_there(next_calloc(n, size));
}

void *realloc(void *p, size_t size)
{
	if (!next_realloc)
		find_libc(&next_realloc, (void *)__libc_realloc, "realloc");
	void *q = next_realloc(p, size);

	return size ? mem_there(q) : q;
}
#else
typedef int heap_is_the_systems;
#endif
