/* version.h: the one place where the version stands. */
#ifndef SB_VERSION_H
#define SB_VERSION_H

#ifndef STEADYBRIDGE_COMMIT
#define STEADYBRIDGE_COMMIT "unknown"
#endif
#define STEADYBRIDGE_VERSION "0.1.0 (" STEADYBRIDGE_COMMIT ")"

#endif
