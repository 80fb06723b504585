/* hostrun.h: steadybridge itself, started by a test, and what it leaves behind. */
#ifndef SB_HOSTRUN_H
#define SB_HOSTRUN_H

#include <sys/types.h>

#include "base/mem.h"
#include "base/units.h"

#define HOSTRUN_SETTLE_NS (60 * NS_PER_S) /* the kernel takes namespaces down in its own time */

/* Starts `steadybridge check --out DIR EXTRA...` (extra ends with NULL); its pid. Fails the test if
 * it cannot. */
pid_t hostrun_start(const char *out_dir, const char *const extra[]);
/* Asks again, whenever something may have ended, until the host looks as before; else fails the
 * test and says by what. */
void hostrun_assert_as_before(const struct buf *before, const char *what);
/* Every file below a folder is a whole one. */
void hostrun_assert_files_whole(const char *dir);
/* Removes a folder below /tmp whose name begins with sb-. */
void hostrun_remove(const char *dir);

#endif
