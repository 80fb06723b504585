/* version.h: the one place where the version stands. */
#ifndef SB_VERSION_H
#define SB_VERSION_H

extern const char steadybridge_version[]; /* "0.1.0 (a1b2c3d)" */

#endif
