/* SPDX-License-Identifier: GPL-2.0-or-later */
/* markup.h: pages and pictures read back with libxml2. */
#ifndef SB_CHECK_MARKUP_H
#define SB_CHECK_MARKUP_H

#include <libxml/parser.h>

#include "test/kit/ctest.h"

/* The document; fails the test unless it is well-formed. Free with xmlFreeDoc(). */
xmlDoc *markup_parse(const struct buf *text);
/* What an XPath says: a number (nodes are counted). */
size_t markup_count(xmlDoc *doc, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

#endif
