/* program_on_host.h: steadybridge itself, started by a test, and what it leaves behind. */
#ifndef SB_PROGRAM_ON_HOST_H
#define SB_PROGRAM_ON_HOST_H

#include <sys/types.h>

#include "base/mem.h"
#include "base/units.h"

#define PROGRAM_SETTLE_NS (60 * NS_PER_S) /* the kernel takes namespaces down in its own time */

/* Starts `steadybridge check --out DIR EXTRA...` (extra ends with NULL); its pid. Fails the test if
 * it cannot. */
pid_t program_on_host_start(const char *out_dir, const char *const extra[]);
/* Asks again, whenever something may have ended, until the host looks as before; else fails the
 * test and says by what. */
void program_on_host_assert_as_before(const struct buf *before, const char *what);
/* Every file below a folder is a whole one. */
void program_on_host_assert_files_whole(const char *dir);
/* Removes a folder below /tmp whose name begins with sb-. */
void program_on_host_remove(const char *dir);

#endif
