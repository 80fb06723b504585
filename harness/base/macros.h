/* macros.h: what C lacks. */
#ifndef SB_MACROS_H
#define SB_MACROS_H

/* How many elements an array has; not for a pointer, as which a function gets it. */
#define ARRAY_SIZE(a) (sizeof(a) / sizeof((a)[0]))

#endif
