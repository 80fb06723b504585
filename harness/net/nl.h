/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nl.h: requests to rtnetlink: the one place where replies are read. */
#ifndef SB_NL_H
#define SB_NL_H

#include <netlink/attr.h>
#include <netlink/msg.h>
#include <netlink/netlink.h>
#include <netlink/socket.h>

#include "base/err.h"
#include "base/mac.h"

/* A route socket of the caller's network namespace; free with nl_socket_free(). */
int nl_open(struct nl_sock **out, struct err *e);
/* The same, which hears the notifications of a group (RTNLGRP_...). Free *out in any case. */
int nl_open_monitor(int group, struct nl_sock **out, struct err *e);
/* As nl_open(), a socket of nfnetlink. */
int nl_open_netfilter(struct nl_sock **out, struct err *e);
/* A message with its family header (size bytes of data, may be NULL: zeroes); never NULL. */
struct nl_msg *nl_message(int type, int flags, const void *header, size_t size);
/* Sends msg (and frees it) and waits for its acknowledgement. 0, or the kernel's -errno with `what`
 * and the kernel's own words in the message. */
int nl_talk(struct nl_sock *sock, struct nl_msg *msg, const char *what, struct err *e);
/* Sends a request (and frees it) and hands every answer to each(), whose non-zero return ends it
 * early. 0 or -errno. */
int nl_ask(struct nl_sock *sock, struct nl_msg *msg, int (*each)(struct nlmsghdr *, void *),
    void *arg, const char *what, struct err *e);

/* What an attribute holds; 0 when it is missing (NULL) or too short, a MAC also when it is too
 * long. Those of libnl read beyond a short one. */
uint8_t nl_u8(const struct nlattr *a);
uint16_t nl_u16(const struct nlattr *a);
uint32_t nl_u32(const struct nlattr *a);
struct mac nl_mac(const struct nlattr *a);

/* A route socket of another namespace; `home` is the caller's own. As nl_open(). */
int nl_open_in(int ns, int home, struct nl_sock **out, struct err *e);

#endif
