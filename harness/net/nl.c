/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nl.c: requests to rtnetlink: the one place where replies are read. */
#include "net/nl.h"

#include <errno.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <netlink/errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

#include "base/mem.h"
#include "net/netns.h"

struct reply {
	int error; /* the kernel's, 0 or -errno */
	bool done; /* acknowledged, refused, or the end of a dump */
	char words[256];
	int (*each)(struct nlmsghdr *, void *);
	void *arg;
};

static int open_protocol(int protocol, struct nl_sock **out, struct err *e)
{
	struct nl_sock *sock = nl_socket_alloc();
	int on = 1;

	*out = NULL;
	if (!sock)
		return err_set(e, ENOMEM, "netlink socket:");
	errno = 0;
	int r = nl_connect(sock, protocol);
	if (r) {
		int error = errno; /* libnl has one word for several of these */

		nl_socket_free(sock);
		if (error)
			return err_set(e, error, "netlink socket:");
		return err_set(e, EIO, "netlink socket: %s", nl_geterror(r));
	}
	setsockopt(nl_socket_get_fd(sock), SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on));
	setsockopt(nl_socket_get_fd(sock), SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on));
	*out = sock;
	return 0;
}

int nl_open(struct nl_sock **out, struct err *e)
{
	return open_protocol(NETLINK_ROUTE, out, e);
}

int nl_open_monitor(int group, struct nl_sock **out, struct err *e)
{
	int r = nl_open(out, e);

	if (!r && nl_socket_add_membership(*out, group))
		r = err_set(e, EIO, group == RTNLGRP_MDB ? "multicast monitor" : "link monitor");
	return r;
}

int nl_open_netfilter(struct nl_sock **out, struct err *e)
{
	return open_protocol(NETLINK_NETFILTER, out, e);
}

struct nl_msg *nl_message(int type, int flags, const void *header, size_t size)
{
	struct nl_msg *msg = nlmsg_alloc_simple(type, NLM_F_REQUEST | flags);
	void *room = msg ? nlmsg_reserve(msg, size, NLMSG_ALIGNTO) : NULL;

	if (!room) /* a page is there or the process ends, as in mem.h */
		return mem_grow(NULL, (size_t)-1, 2);
	if (header)
		memcpy(room, header, size);
	else
		memset(room, 0, size);
	return msg;
}

static int on_error(struct sockaddr_nl *from, struct nlmsgerr *err, void *arg)
{
	struct reply *reply = arg;
	const struct nlmsghdr *h =
	    (const struct nlmsghdr *)(const void *)((char *)err - NLMSG_HDRLEN);
	(void)from;

	reply->error = err->error;
	reply->done = true;
	if (h->nlmsg_flags & NLM_F_ACK_TLVS) {
		size_t skip = sizeof(*err);

		if (!(h->nlmsg_flags & NLM_F_CAPPED))
			skip += err->msg.nlmsg_len - sizeof(err->msg);
		if (h->nlmsg_len > NLMSG_HDRLEN + skip) {
			struct nlattr *a = nla_find((struct nlattr *)(void *)((char *)err + skip),
			    (int)(h->nlmsg_len - NLMSG_HDRLEN - skip), NLMSGERR_ATTR_MSG);

			if (a)
				nla_strlcpy(reply->words, a, sizeof(reply->words));
		}
	}
	return NL_STOP;
}

static int on_ack(struct nl_msg *msg, void *arg)
{
	struct reply *reply = arg;
	(void)msg;

	reply->done = true;
	return NL_STOP;
}

static int on_valid(struct nl_msg *msg, void *arg)
{
	struct reply *reply = arg;

	if (reply->each && reply->each(nlmsg_hdr(msg), reply->arg))
		reply->each = NULL;
	return NL_OK;
}

static int exchange(
    struct nl_sock *sock, struct nl_msg *msg, struct reply *reply, const char *what, struct err *e)
{
	struct nl_cb *cb = nl_cb_alloc(NL_CB_DEFAULT);
	int r;

	if (!cb) {
		nlmsg_free(msg);
		return err_set(e, ENOMEM, "%s:", what);
	}
	nl_cb_err(cb, NL_CB_CUSTOM, on_error, reply);
	nl_cb_set(cb, NL_CB_ACK, NL_CB_CUSTOM, on_ack, reply);
	nl_cb_set(cb, NL_CB_FINISH, NL_CB_CUSTOM, on_ack, reply);
	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_valid, reply);
	r = nl_send_auto(sock, msg);
	nlmsg_free(msg);
	while (r >= 0 && !reply->done)
		r = nl_recvmsgs(sock, cb);
	nl_cb_put(cb);
	if (reply->error)
		return err_set(e, -reply->error, "%s: %s%s%s", what, strerror(-reply->error),
		    reply->words[0] ? ": " : "", reply->words);
	if (r < 0)
		return err_set(e, EIO, "%s: %s", what, nl_geterror(r));
	return 0;
}

int nl_talk(struct nl_sock *sock, struct nl_msg *msg, const char *what, struct err *e)
{
	struct reply reply = {0};

	nlmsg_hdr(msg)->nlmsg_flags |= NLM_F_ACK;
	return exchange(sock, msg, &reply, what, e);
}

int nl_ask(struct nl_sock *sock, struct nl_msg *msg, int (*each)(struct nlmsghdr *, void *),
    void *arg, const char *what, struct err *e)
{
	struct reply reply = {.each = each, .arg = arg};

	/* An answer to a single request is followed by its acknowledgement; a dump ends by itself.
	 */
	if (!(nlmsg_hdr(msg)->nlmsg_flags & NLM_F_DUMP))
		nlmsg_hdr(msg)->nlmsg_flags |= NLM_F_ACK;
	return exchange(sock, msg, &reply, what, e);
}

static void get(const struct nlattr *a, void *out, size_t size)
{
	if (a && nla_len(a) >= (int)size)
		memcpy(out, nla_data(a), size);
}

uint8_t nl_u8(const struct nlattr *a)
{
	uint8_t v = 0;

	get(a, &v, sizeof(v));
	return v;
}

uint16_t nl_u16(const struct nlattr *a)
{
	uint16_t v = 0;

	get(a, &v, sizeof(v));
	return v;
}

uint32_t nl_u32(const struct nlattr *a)
{
	uint32_t v = 0;

	get(a, &v, sizeof(v));
	return v;
}

struct mac nl_mac(const struct nlattr *a)
{
	struct mac m = {{0}};

	if (a && nla_len(a) == (int)sizeof(m.b))
		get(a, m.b, sizeof(m.b));
	return m;
}

int nl_open_in(int ns, int home, struct nl_sock **out, struct err *e)
{
	int r = netns_enter(ns, e);

	if (!r)
		r = nl_open(out, e);
	int back = netns_enter(home, e);
	return r ? r : back;
}
