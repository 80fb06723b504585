/* SPDX-License-Identifier: GPL-2.0-or-later */
/* keys.h: the one table of the keys that a scenario file may have. */
#ifndef SB_KEYS_H
#define SB_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "scenario/words.h"

enum key_kind {
	KEY_DURATION, /* least to most, in ns */
	KEY_COUNT,    /* a whole number from least to most */
	KEY_NUMBER,   /* a number from least to most */
	KEY_SHARE,    /* a percentage */
	KEY_HEX,      /* a hexadecimal number */
	KEY_WORD,     /* one of the words */
	KEY_MAC,      /* a MAC, or one of the words */
	KEY_PHRASE,   /* one of the words, or one of the phrases with a duration */
	KEY_CAUSE,    /* why lookups are lost */
	KEY_TEXT,     /* one line, of at most `most` bytes; 0: of any length */
	KEY_NAME,     /* something that the file names elsewhere */
	KEY_PATTERN,  /* a text of the form in `pattern` */
	KEY_TEXTS,    /* a list of texts */
	KEY_NAMES,    /* a list of names, each once */
	KEY_LIST,     /* a list of at most `most` maps with the keys in `sub`; 0: of any number */
	KEY_MAP,      /* a map with the keys in `sub` */
	KEY_NAMED,    /* a map of names chosen by the user, each a map with the keys in `sub` */
	KEY_SYSCTLS,  /* a map of sysctls to values */
	KEY_MATRIX,   /* a map of paths to lists of values */
	KEY_ARMS,     /* a map of names to maps with the keys of a case */
	KEY_TESTS,    /* for the harness's own tests only */
	KEY_LATER     /* not supported yet */
};

enum key_place {
	KEY_IN_CASE, /* of a case: the file, the matrix, an arm and --set may set it */
	KEY_IN_FILE, /* of the whole file: no arm, matrix line or --set may touch it */
	KEY_IN_ARM   /* of an arm only */
};

/* "at 5s": a word, a space and a duration. */
struct phrase {
	const char *word; /* NULL ends a table */
	int value;
	int64_t least, most;
};

struct key {
	const char *name;    /* NULL ends a table */
	const char *meaning; /* for the schema and the tables of docs/SCENARIOS.md */
	enum key_kind kind;
	enum key_place place;
	bool unlisted; /* not offered when a key is unknown: steadybridge itself writes it */
	bool needed;   /* must be there; a key of a case, once matrix and arm are merged */
	int64_t least, most;
	int64_t normal; /* the value when it is missing: ns, a number, or that of a word */
	const struct word *words;
	const struct phrase *phrases;
	const char *forms;        /* what is expected, for messages */
	const char *pattern;      /* of KEY_PATTERN; of others, what else may stand there */
	const char *pattern_text; /* the same for readers; NULL: as `pattern` is */
	const struct key *sub;
};

/* The keys of a file, and those of an entry of each part of it. */
extern const struct key keys_file[], keys_client[], keys_bridge[], keys_querier[], keys_upstream[],
    keys_churn[], keys_event[], keys_lookups[], keys_limits[], keys_known[], keys_fault[],
    keys_expect[];

/* The key of that name, or NULL. */
const struct key *key_find(const struct key *keys, const char *name);

#endif
