/* SPDX-License-Identifier: GPL-2.0-or-later */
/* watch.c: `steadybridge watch`: what changes of a bridge of this host, as it happens. */
#include <errno.h>
#include <linux/rtnetlink.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/macros.h"
#include "base/status.h"
#include "base/units.h"
#include "base/utf8.h"
#include "command/command.h"
#include "host/bridge_watch.h"
#include "host/inspect.h"
#include "play/notice.h"

/* What belongs to one change comes within this. */
#define TOGETHER_MS 20

struct watcher {
	struct bridge_watch of;
	struct notice seen;
	struct nl_sock *sock;
	int signals;
	bool json;
};

static int listen_to(struct watcher *w, struct err *e)
{
	static const int groups[] = {RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR};
	sigset_t set;
	int r = nl_open(&w->sock, e);

	for (size_t i = 0; !r && i < ARRAY_SIZE(groups); i++)
		if (nl_socket_add_membership(w->sock, groups[i]))
			r = err_set(e, EIO, "cannot listen to changes of links");
	if (r)
		return r;
	nl_socket_set_buffer_size(w->sock, 1 << 20, 0);
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	w->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return w->signals < 0 ? err_set(e, errno, "signalfd:") : 0;
}

/* Reads the bridge as it is now. It listens already, so no later change is missed. */
static int look(const char *name, struct bridge_view *out, struct err *e)
{
	struct bridge_views all;
	struct nl_sock *sock;
	int r = nl_open(&sock, e);

	if (r)
		return r;
	r = bridge_views_look(sock, name, &all, e);
	nl_socket_free(sock);
	if (!r) {
		*out = all.items[0];
		all.items[0] = (struct bridge_view){0};
	}
	bridge_views_free(&all);
	return r;
}

/* Messages were lost: what they told of shows in how the bridge is now. */
static int look_again(struct watcher *w, struct err *e)
{
	struct bridge_view now;
	int r;

	fprintf(stderr, "steadybridge: more changed than could be read; looking again\n");
	r = look(w->of.view.name, &now, e);
	if (r)
		return r;
	bridge_watch_compare(&w->of, &now, clock_real_ns());
	bridge_view_free(&now);
	return 0;
}

/* Reads what is there. 0, or -ENOBUFS: something was lost. */
static int read_all(struct watcher *w)
{
	char text[32768] __attribute__((aligned(8)));
	int64_t now = clock_real_ns();

	for (;;) {
		ssize_t n = recv(nl_socket_get_fd(w->sock), text, sizeof(text), MSG_DONTWAIT);
		const struct nlmsghdr *h;
		size_t at = 0;

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n < 0 && errno == ENOBUFS ? -ENOBUFS : 0;
		while ((h = notice_next(text, (size_t)n, &at))) {
			struct event ev = {0};

			if (notice_read(&w->seen, h, &ev))
				bridge_watch_take(&w->of, &ev, now);
		}
	}
}

/* "2026-11-30T12:00:00.123Z", or for a person the time of the day here. */
static void put_time(int64_t real_ns, bool whole)
{
	time_t s = (time_t)(real_ns / NS_PER_S);
	char text[40];
	struct tm tm;

	if (whole)
		strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", gmtime_r(&s, &tm));
	else
		strftime(text, sizeof(text), "%H:%M:%S", localtime_r(&s, &tm));
	printf("%s.%03d%s", text, (int)(real_ns % NS_PER_S / NS_PER_MS), whole ? "Z" : "");
}

static void tell_json(const struct bridge_change *c, const char *name)
{
	json_t *o = bridge_change_json(c);

	json_object_set_new(o, "bridge", utf8_json(name));
	char *text = json_dumps(o, JSON_COMPACT);
	printf("{\"time\":\"");
	put_time(c->real_ns, true);
	printf("\",%s\n", text + 1);
	free(text);
	json_decref(o);
}

static void tell_text(const struct bridge_watch *w, const struct bridge_change *c)
{
	struct buf line = {0};

	bridge_change_text(w, c, &line);
	utf8_clean(line.s, true);
	put_time(c->real_ns, false);
	printf("  %s\n", line.s);
	buf_free(&line);
}

static void tell(struct watcher *w)
{
	struct err e = {{0}};
	struct bridge_view now;

	if_indextoname((unsigned)w->of.view.ifindex, w->of.view.name); /* it may be renamed */
	now = w->of.view;
	if (!w->of.gone && w->of.n && !bridge_view_look_pinned(&now, &e))
		bridge_watch_pinned(&w->of, now.pinned, clock_real_ns());
	bridge_watch_explain(&w->of);
	for (const struct bridge_change *c = w->of.changes; c < w->of.changes + w->of.n; c++)
		if (w->json)
			tell_json(c, w->of.view.name);
		else
			tell_text(&w->of, c);
	bridge_watch_clear(&w->of);
	fflush(stdout);
}

static void tell_first(const struct watcher *w)
{
	struct buf text = {0};

	if (w->json) {
		json_t *o = inspect_json(&w->of.view);
		char *line = json_dumps(o, JSON_COMPACT);

		printf("%s\n", line);
		free(line);
		json_decref(o);
	} else {
		inspect_text(&w->of.view, &text);
		utf8_clean(text.s, true);
		printf("%swatching; Ctrl-C ends it\n", text.s);
		buf_free(&text);
	}
	fflush(stdout);
}

/* Until a signal, or the bridge is gone. */
static int watch(struct watcher *w, struct err *e)
{
	struct pollfd p[2] = {{.fd = nl_socket_get_fd(w->sock), .events = POLLIN},
	    {.fd = w->signals, .events = POLLIN}};
	int timeout = -1;

	while (!w->of.gone && !ferror(stdout)) {
		int n = poll(p, 2, timeout);

		if (n < 0 && errno != EINTR)
			return err_set(e, errno, "poll:");
		int r = p[0].revents && read_all(w) ? look_again(w, e) : 0;
		if (r)
			return r;
		if (p[1].revents)
			break;
		if (n == 0)
			tell(w);
		timeout = w->of.n ? TOGETHER_MS : -1;
	}
	tell(w);
	return 0;
}

static int run(struct options *o)
{
	struct watcher w = {.json = o->json, .signals = -1};
	struct err e = {{0}};
	int r = listen_to(&w, &e);

	if (!r)
		r = look(o->names[0], &w.of.view, &e);
	if (!r) {
		w.seen.bridge = w.of.view.ifindex;
		tell_first(&w);
		r = watch(&w, &e);
	}
	bool pinned = w.of.view.pinned && !w.of.gone;
	bridge_view_free(&w.of.view);
	free(w.of.changes);
	notice_free(&w.seen);
	if (w.sock)
		nl_socket_free(w.sock);
	if (w.signals >= 0)
		close(w.signals);
	if (!r)
		return pinned ? 0 : 1;
	fprintf(stderr, "steadybridge: %s\n", e.text);
	return r == -ENODEV || r == -EINVAL ? STATUS_USAGE : STATUS_CANNOT;
}

const struct command command_watch = {"watch", "BRIDGE", 1, 1,
    "tell what changes of a bridge of this host, and which port did it", OPTION_JSON, "docker0",
    run};
