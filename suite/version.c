/* version.c: the version and the commit it was built from. */
#include "suite/version.h"

#ifndef STEADYBRIDGE_COMMIT
#define STEADYBRIDGE_COMMIT "unknown"
#endif

const char steadybridge_version[] = "0.1.0 (" STEADYBRIDGE_COMMIT ")";
