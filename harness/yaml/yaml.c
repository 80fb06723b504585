/* SPDX-License-Identifier: GPL-2.0-or-later */
/* yaml.c: YAML text to nodes, by libfyaml's events.
 *
 * What libfyaml 0.7 stumbles over is refused before it sees the text: a line that starts with '%'
 * and holds an invalid byte keeps it busy for ever. A second document would be silently left out by
 * its tree builder, so the tree is built here from the event stream, to the stream's very end. */
#include "yaml/yaml.h"

#include <libfyaml.h>
#include <string.h>

#include "base/utf8.h"

struct reader {
	struct arena *arena;
	const struct source *source;
	struct errors *errors;
	struct node *open[YAML_MAX_DEPTH]; /* maps and lists not yet closed */
	size_t depth;
	struct node_item key; /* of the innermost map, when read */
	struct node *root;
	unsigned documents;
	bool ended; /* the stream's very end was read */
	bool failed;
};

/* What no scenario needs and no parser should have to bear. */
static bool text_is_sane(const struct source *source, struct errors *e)
{
	const char *s = source->text;
	struct place at = {source, 1, 1};
	bool indent = true;

	if (source->len > YAML_MAX_BYTES) {
		errors_add(
		    e, at, "at most 64 KiB", "the file is too large (%zu bytes)", source->len);
		return false;
	}
	for (size_t i = 0; i < source->len;) {
		unsigned c = 0;
		size_t n = utf8_char(s + i, source->len - i, &c);

		if (!n) {
			errors_add(
			    e, at, "UTF-8 text", "byte 0x%02x is not UTF-8", (unsigned char)s[i]);
			return false;
		}
		if (c == '\r') {
			errors_add(e, at, "lines that end in a newline only", "carriage return");
			return false;
		}
		if (utf8_harmful(c) && c != '\n' && c != '\t') {
			errors_add(e, at, "printable text", "%s character U+%04X",
			    c < 0xa0 ? "control" : "unseen", c);
			return false;
		}
		if (c == '%' && at.column == 1) {
			errors_add(e, at, "no directives", "a line starts with '%%'");
			return false;
		}
		if (c == '\t' && indent) {
			errors_add(e, at, "spaces", "a tab in the indentation");
			return false;
		}
		indent = c == '\n' || (indent && c == ' ');
		at.column++;
		if (c == '\n') {
			at.line++;
			at.column = 1;
		}
		i += n;
	}
	return true;
}

/* "key:" with nothing behind it. Since libfyaml 0.8 it has a token and a mark of its own. */
static bool is_nothing(struct fy_event *ev, struct fy_token *token)
{
	size_t len = 0;

	return ev->type == FYET_SCALAR && token && fy_token_scalar_style(token) == FYSS_PLAIN &&
	       fy_token_get_text(token, &len) && !len;
}

/* Where a value stands; what has no place of its own stands where its key does. */
static struct place mark_of(const struct reader *r, struct fy_event *ev)
{
	struct fy_token *token = fy_event_get_token(ev);
	const struct fy_mark *mark =
	    token && !is_nothing(ev, token) ? fy_token_start_mark(token) : NULL;
	struct place at = {r->source, 1, 1};

	if (mark) {
		at.line = mark->line + 1;
		at.column = mark->column + 1;
		if (ev->type == FYET_SCALAR) {
			enum fy_scalar_style style = fy_token_scalar_style(token);

			/* the mark stands behind the quote */
			if ((style == FYSS_SINGLE_QUOTED || style == FYSS_DOUBLE_QUOTED) &&
			    at.column > 1)
				at.column--;
		}
	} else if (r->key.key) {
		at = r->key.key_at;
	} else if (r->depth) {
		at = r->open[r->depth - 1]->at;
	}
	return at;
}

static void refuse(struct reader *r, struct place at, const char *expected, const char *what)
{
	errors_add(r->errors, at, expected, "%s", what);
	r->failed = true;
}

/* Puts a finished node where it belongs: the root, a list, or a map's key or value. */
static void place_node(struct reader *r, struct node *n)
{
	struct node *into = r->depth ? r->open[r->depth - 1] : NULL;

	if (!into) {
		r->root = n;
		return;
	}
	if (into->n >= YAML_MAX_ITEMS) {
		refuse(r, n->at, "at most 4096 entries", "too many entries");
		return;
	}
	if (into->kind == NODE_LIST) {
		node_push(r->arena, into, NULL, n->at, n);
	} else if (r->key.key) {
		node_push(r->arena, into, r->key.key, r->key.key_at, n);
		r->key = (struct node_item){0};
	} else if (n->kind != NODE_SCALAR) {
		refuse(r, n->at, "a name", "a key must be a name");
	} else {
		if (!*n->text)
			refuse(r, n->at, "a name before the ':'", "empty key");
		if (node_item(into, n->text))
			errors_add(
			    r->errors, n->at, "each key once", "duplicate key '%s'", n->text);
		r->key = (struct node_item){n->text, n->at, NULL};
	}
}

static void read_scalar(struct reader *r, struct fy_event *ev)
{
	struct node *n = node_new(r->arena, NODE_SCALAR, mark_of(r, ev));
	struct fy_token *token = ev->scalar.value;
	size_t len = 0;
	const char *text = token ? fy_token_get_text(token, &len) : NULL;
	enum fy_scalar_style style = token ? fy_token_scalar_style(token) : FYSS_PLAIN;

	if (text)
		n->text = arena_text(r->arena, text, len);
	n->plain = style == FYSS_PLAIN;
	for (size_t i = 0; i < len;) {
		unsigned c = 0;
		size_t step = utf8_char(n->text + i, len - i, &c);

		if (!step || (utf8_harmful(c) && c != '\n' && c != '\t')) {
			refuse(r, n->at, "printable text",
			    c < 0xa0 ? "a control character in a value"
			             : "an unseen character in a value");
			return;
		}
		i += step;
	}
	if (style == FYSS_LITERAL || style == FYSS_FOLDED) {
		char *end = arena_text(r->arena, n->text, len);

		while (len && end[len - 1] == '\n')
			end[--len] = '\0';
		n->text = end;
	}
	place_node(r, n);
}

static void open_node(struct reader *r, struct fy_event *ev, enum node_kind kind)
{
	struct node *n = node_new(r->arena, kind, mark_of(r, ev));

	place_node(r, n);
	if (r->failed)
		return;
	if (r->depth == YAML_MAX_DEPTH)
		refuse(r, n->at, "at most 16 levels", "nested too deep");
	else
		r->open[r->depth++] = n;
}

/* A place a column before a token: that of its '&', '*' or '!'. */
static struct place before(const struct reader *r, struct fy_token *token, int column)
{
	const struct fy_mark *mark = fy_token_start_mark(token);

	if (!mark)
		return (struct place){r->source, 1, 1};
	return (struct place){
	    r->source, mark->line + 1, mark->column + 1 - (mark->column >= column ? column : 0)};
}

static void read_event(struct reader *r, struct fy_event *ev)
{
	struct fy_token *anchor = fy_event_get_anchor_token(ev), *tag = fy_event_get_tag_token(ev);

	if (r->documents > 1)
		refuse(r, mark_of(r, ev), "one document a file", "a second document");
	else if (ev->type == FYET_ALIAS)
		refuse(
		    r, before(r, ev->alias.anchor, 1), "the value itself", "aliases are not read");
	else if (anchor)
		refuse(r, before(r, anchor, 1), "the value itself", "anchors are not read");
	else if (tag)
		refuse(r, before(r, tag, 0), "a value without a tag", "tags are not read");
	if (r->failed)
		return;
	switch (ev->type) {
	case FYET_STREAM_END:
		r->ended = true;
		break;
	case FYET_DOCUMENT_START:
		r->documents++; /* whatever follows in a second one is refused */
		break;
	case FYET_MAPPING_START:
		open_node(r, ev, NODE_MAP);
		break;
	case FYET_SEQUENCE_START:
		open_node(r, ev, NODE_LIST);
		break;
	case FYET_MAPPING_END:
	case FYET_SEQUENCE_END:
		if (r->depth)
			r->depth--;
		break;
	case FYET_SCALAR:
		read_scalar(r, ev);
		break;
	default:
		break;
	}
}

/* A place behind the last line, which cannot be shown, becomes the end of the last line. */
static void stay_within(struct place *at)
{
	const struct source *source = at->source;
	struct place last = {source, 1, 1};
	size_t len = source->len;

	while (len && source->text[len - 1] == '\n')
		len--;
	for (size_t i = 0; i < len; i++) {
		last.column += ((unsigned char)source->text[i] & 0xc0) != 0x80;
		if (source->text[i] == '\n') {
			last.line++;
			last.column = 1;
		}
	}
	if (at->line > last.line)
		*at = last;
}

/* The first error that libfyaml collected, in our form. */
static void syntax_error(struct reader *r, struct fy_diag *diag)
{
	void *iter = NULL;
	struct fy_diag_error *x = diag ? fy_diag_errors_iterate(diag, &iter) : NULL;
	struct place at = {r->source, 1, 1};

	if (x && x->line > 0 && x->column > 0) {
		at.line = x->line;
		at.column = x->column;
		stay_within(&at);
	}
	errors_add(r->errors, at, "YAML; quote a value that holds any of : # { } [ ] , & * > | %",
	    "%s", x && x->msg ? x->msg : "this cannot be read as YAML");
	r->failed = true;
}

struct node *yaml_parse(struct arena *a, const struct source *source, struct errors *e)
{
	struct reader r = {.arena = a, .source = source, .errors = e};
	struct fy_diag_cfg diag_cfg;
	struct fy_event *ev;

	if (!text_is_sane(source, e))
		return NULL;
	fy_diag_cfg_default(&diag_cfg);
	diag_cfg.fp = NULL;
	struct fy_diag *diag = fy_diag_create(&diag_cfg);
	fy_diag_set_collect_errors(diag, true);
	struct fy_parse_cfg cfg = {
	    .flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_DEFAULT_VERSION_1_2 | FYPCF_JSON_NONE,
	    .diag = diag,
	};
	struct fy_parser *parser = fy_parser_create(&cfg);
	if (!parser || fy_parser_set_string(parser, source->text, source->len))
		r.failed = true;
	while (!r.failed && (ev = fy_parser_parse(parser))) {
		read_event(&r, ev);
		fy_parser_event_free(parser, ev);
	}
	r.failed |= !r.ended;
	if (parser && (fy_parser_get_stream_error(parser) || (r.failed && !e->n)))
		syntax_error(&r, diag);
	fy_parser_destroy(parser);
	fy_diag_destroy(diag);
	if (!r.failed && !r.root)
		refuse(&r, (struct place){source, 1, 1}, "text", "there is nothing in it");
	return r.failed ? NULL : r.root;
}
