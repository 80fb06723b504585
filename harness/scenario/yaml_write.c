/* yaml_write.c: nodes back to YAML text that reads as the same tree. */
#include "scenario/yaml_write.h"

#include <string.h>

#define FLOW_WIDTH 72

static bool alnum(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* May it stand without quotes wherever a key or value may? */
static bool plain_is_safe(const char *s)
{
	if (!alnum(*s))
		return false;
	for (; *s; s++) {
		if (alnum(*s) || strchr("_./+-%", *s))
			continue;
		if ((*s == ':' || *s == ' ') && alnum(s[1]))
			continue;
		return false;
	}
	return true;
}

static void write_text(const char *s, bool plain, struct buf *out)
{
	if (plain && plain_is_safe(s)) {
		buf_puts(out, s);
		return;
	}
	buf_puts(out, "\"");
	for (; *s; s++) {
		if (*s == '\n')
			buf_puts(out, "\\n");
		else if (*s == '\t')
			buf_puts(out, "\\t");
		else if (*s == '"' || *s == '\\')
			buf_printf(out, "\\%c", *s);
		else
			buf_add(out, s, 1);
	}
	buf_puts(out, "\"");
}

static void write_flow(const struct node *n, struct buf *out)
{
	if (n->kind == NODE_SCALAR) {
		write_text(n->text, n->plain, out);
		return;
	}
	buf_puts(out, n->kind == NODE_MAP ? "{" : "[");
	for (size_t i = 0; i < n->n; i++) {
		if (i)
			buf_puts(out, ", ");
		if (n->kind == NODE_MAP) {
			write_text(n->items[i].key, true, out);
			buf_puts(out, ": ");
		}
		write_flow(n->items[i].value, out);
	}
	buf_puts(out, n->kind == NODE_MAP ? "}" : "]");
}

static void write_block(const struct node *n, int indent, struct buf *out)
{
	for (size_t i = 0; i < n->n; i++) {
		const struct node *v = n->items[i].value;
		struct buf flow = {0};

		buf_printf(out, "%*s", indent, "");
		if (n->kind == NODE_MAP) {
			write_text(n->items[i].key, true, out);
			buf_puts(out, ":");
		} else {
			buf_puts(out, "-");
		}
		write_flow(v, &flow);
		if (v->kind == NODE_SCALAR || n->kind == NODE_LIST || !v->n ||
		    (indent && flow.len < FLOW_WIDTH)) {
			buf_printf(out, " %s\n", flow.s);
		} else {
			buf_puts(out, "\n");
			write_block(v, indent + 2, out);
		}
		buf_free(&flow);
	}
}

void yaml_write(const struct node *map, struct buf *out)
{
	write_block(map, 0, out);
}
