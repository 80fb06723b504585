/* config.h: the YAML text of a scenario that plays one case again, with its control. */
#ifndef SB_CONFIG_H
#define SB_CONFIG_H

#include "scenario/matrix.h"

/* What all cases of a file are made of. */
struct parts {
	struct arena *arena;
	struct node *file;     /* as read */
	struct node *settings; /* of the command line, or NULL */
	struct node *arms;     /* a map */
	const struct matrix *matrix;
	const char *name; /* of the scenario */
};

/* Caller frees. `faulted` keeps the file's fault. */
char *config_text(const struct parts *p, const char *arm, uint64_t combination, bool faulted);

#endif
