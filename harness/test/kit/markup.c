/* SPDX-License-Identifier: GPL-2.0-or-later */
/* markup.c: pages and pictures read back with libxml2. */
#include "test/kit/markup.h"

#include <libxml/xpath.h>

xmlDoc *markup_parse(const struct buf *text)
{
	xmlDoc *doc = xmlReadMemory(text->s, (int)text->len, "page", NULL,
	    XML_PARSE_NONET | XML_PARSE_NOERROR | XML_PARSE_NOWARNING | XML_PARSE_HUGE);
	const xmlError *e = xmlGetLastError();

	ck_assert_msg(
	    doc != NULL, "not well-formed: line %d: %s", e ? e->line : 0, e ? e->message : "?");
	return doc;
}

size_t markup_count(xmlDoc *doc, const char *fmt, ...)
{
	struct buf path = {0};
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&path, fmt, ap);
	va_end(ap);
	xmlXPathContext *context = xmlXPathNewContext(doc);
	xmlXPathObject *o = xmlXPathEvalExpression((const xmlChar *)path.s, context);
	ck_assert_msg(o != NULL, "%s", path.s);
	size_t n = o->type == XPATH_NODESET ? (size_t)xmlXPathNodeSetGetLength(o->nodesetval)
	                                    : (size_t)o->floatval;
	xmlXPathFreeObject(o);
	xmlXPathFreeContext(context);
	buf_free(&path);
	return n;
}
