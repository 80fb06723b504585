/* player.c: plays one case in the caller's sandbox and puts all of it on the tape.
 *
 * Order: lab, ports that join before, a later pin, carrier and dnsmasq, one answer for each client,
 * neighbour timers, observers (joined, then dumped), captures, warm-up, t=0, churn and lookups
 * until `duration`, the last deadline, the bridge at rest. From warm-up to the last deadline the
 * loop sends no request to the kernel, writes no file and never blocks: everything is an fd in one
 * epoll. */
#include "play/player.h"

#include <errno.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/proc.h"
#include "base/units.h"
#include "lab/lab.h"
#include "lab/netns.h"
#include "play/capture.h"
#include "play/churner.h"
#include "play/observer.h"
#include "play/prober.h"

#define LAB_NS (30 * NS_PER_S)      /* a lab stands within this, or the case is invalid */
#define COMPANY_NS (180 * NS_PER_S) /* within this all labs that are played at once stand */
#define RETRY_NS (50 * NS_PER_MS)   /* of the first lookup, which is not recorded */

enum source { SRC_TIMER, SRC_CHURNER, SRC_PROBER, SRC_OBSERVER, SRC_CAPTURE };

struct player {
	const struct scenario_case *c;
	const struct schedule *s;
	struct tape *tape;
	const struct player_company *company;
	struct lab lab;
	struct churner churner;
	struct trace_meta meta;
	struct prober *probers;     /* one a stream, the reference last */
	struct observer *observers; /* router, then the clients */
	struct capture *captures;   /* router, upstream, then the clients */
	size_t n_observers, n_captures;
	int epoll, timer;
	bool churn_done;
	int64_t warmup_ns, start_ns, end_ns; /* CLOCK_MONOTONIC */
};

static int64_t real(const struct player *p, int64_t scenario_ns)
{
	return (int64_t)((double)scenario_ns / p->s->pace);
}

static void put_phase(struct tape *tape, enum phase phase, int64_t t_ns, const char *text)
{
	struct event ev = {.t_ns = t_ns, .type = EV_PHASE};

	ev.u.phase.phase = (uint8_t)phase;
	snprintf(ev.u.phase.text, sizeof(ev.u.phase.text), "%.70s", text);
	tape_put(tape, &ev);
}

static struct lab_sysctl *lab_sysctls(const struct sysctls *s)
{
	struct lab_sysctl *out = mem_alloc((s->n + 1) * sizeof(*out));

	for (size_t i = 0; i < s->n; i++)
		out[i] = (struct lab_sysctl){.name = s->items[i].name, .value = s->items[i].value};
	return out;
}

static int build_lab(struct player *p, const char *dnsmasq_conf, int64_t deadline, struct err *e)
{
	struct lab_client_spec *clients = mem_alloc(p->meta.n_clients * sizeof(*clients));
	struct lab_sysctl *router = lab_sysctls(&p->c->router_sysctls);
	struct lab_sysctl *client = lab_sysctls(&p->c->client_sysctls);

	for (size_t i = 0; i < p->meta.n_clients; i++) {
		clients[i] = (struct lab_client_spec){
		    .name = p->meta.clients[i].name,
		    .mac = p->meta.clients[i].mac,
		    .port_mac = p->meta.clients[i].port_mac,
		};
		memcpy(clients[i].ip4, p->meta.clients[i].ip4, 4);
	}
	struct lab_spec spec = {
	    .pace = p->s->pace,
	    .bridge_mac = p->c->pin == PIN_AT_CREATE ? p->s->bridge_create_mac : (struct mac){{0}},
	    .clients = clients,
	    .n_clients = p->meta.n_clients,
	    .router_sysctls = router,
	    .n_router_sysctls = p->c->router_sysctls.n,
	    .client_sysctls = client,
	    .n_client_sysctls = p->c->client_sysctls.n,
	    .dnsmasq_conf = dnsmasq_conf,
	};
	int r = lab_up(&spec, &p->lab, deadline, e);
	free(clients);
	free(router);
	free(client);
	return r;
}

static int pin_later(struct player *p, struct err *e)
{
	if (p->c->pin == PIN_TO_OTHER)
		return lab_pin(&p->lab, p->s->bridge_other_mac, e);
	if (p->c->pin == PIN_TO_CURRENT)
		return lab_pin(&p->lab, (struct mac){{0}}, e);
	return 0;
}

static int in_client(struct player *p, int client, struct err *e)
{
	return netns_enter(client < 0 ? p->lab.router : p->lab.clients[client].ns, e);
}

/* The attempts of several streams never fall together, nor on the round times of churn: an attempt
 * under way while the MAC changes makes the gateway ask for the client, which heals it. */
static int64_t phase_of(const struct stream *st, size_t i)
{
	double part = 0.5 + (double)i * 0.618034;

	return (int64_t)((double)st->interval_ns * (part - (int)part));
}

static int open_probers(struct player *p, int64_t deadline, struct err *e)
{
	int r = 0;

	p->probers = mem_alloc(p->meta.n_streams * sizeof(*p->probers));
	for (size_t i = 0; !r && i < p->meta.n_streams; i++) {
		const struct stream *st = &p->meta.streams[i];
		struct prober *pr = &p->probers[i];

		*pr = (struct prober){
		    .stream = (uint16_t)i,
		    .where = (uint8_t)(st->reference ? WHERE_ROUTER : WHERE_CLIENT + st->client),
		    .closed_loop = st->closed_loop,
		    .interval_ns = real(p, st->interval_ns),
		    .timeout_ns = real(p, st->timeout_ns),
		};
		r = in_client(p, st->client, e);
		if (!r)
			r = prober_open(pr, p->tape, lab_upstream_ip4, 0, e);
		if (!r)
			r = prober_first_answer(pr, RETRY_NS, deadline, e);
	}
	int back = netns_enter(p->lab.router, e);
	return r ? r : back;
}

static void put_timers(struct player *p, uint8_t where, const char *dev,
    const struct neighbour_timers *t, bool redrawn)
{
	struct event ev = {.t_ns = clock_now_ns(), .type = EV_TIMERS, .where = where};

	strcpy(ev.u.timers.dev, dev);
	ev.u.timers.reachable_real_ms = (uint32_t)t->reachable;
	ev.u.timers.delay_real_ms = (uint32_t)t->delay_probe;
	ev.u.timers.retrans_real_ms = (uint32_t)t->retrans;
	ev.u.timers.locktime_real_ms = (uint32_t)t->locktime;
	ev.u.timers.redrawn = redrawn;
	tape_put(p->tape, &ev);
}

/* Reads back what the kernel holds: before the play, and after it to see whether it was redrawn
 * (the kernel draws every reachable_time anew each 300 s, neigh_periodic_work()). */
static int read_timers(struct player *p, int64_t since_ns, struct err *e)
{
	struct neighbour_timers t;
	int r = neighbour_get(p->lab.nl, p->lab.bridge, &t, e);

	if (!r)
		put_timers(p, WHERE_ROUTER, LAB_BRIDGE, &t,
		    since_ns && (int64_t)t.last_rand * NS_PER_MS < clock_now_ns() - since_ns);
	for (size_t i = 0; !r && i < p->lab.n_clients; i++) {
		r = neighbour_get(p->lab.clients[i].nl, p->lab.clients[i].eth0, &t, e);
		if (!r)
			put_timers(p, (uint8_t)(WHERE_CLIENT + i), LAB_CLIENT_DEV, &t,
			    since_ns &&
			        (int64_t)t.last_rand * NS_PER_MS < clock_now_ns() - since_ns);
	}
	return r;
}

static int open_observers(struct player *p, struct err *e)
{
	p->observers = mem_alloc((p->lab.n_clients + 1) * sizeof(*p->observers));
	int r =
	    observer_open(&p->observers[p->n_observers++], p->tape, WHERE_ROUTER, p->lab.bridge, e);

	for (size_t i = 0; !r && i < p->lab.n_clients; i++) {
		r = in_client(p, (int)i, e);
		if (!r)
			r = observer_open(&p->observers[p->n_observers++], p->tape,
			    (uint8_t)(WHERE_CLIENT + i), 0, e);
	}
	int back = netns_enter(p->lab.router, e);
	return r ? r : back;
}

static int open_captures(struct player *p, struct err *e)
{
	struct capture_hop *hops = mem_alloc((p->lab.n_clients + 2) * sizeof(*hops));
	size_t n = 0;

	p->captures = mem_alloc((p->lab.n_clients + 2) * sizeof(*p->captures));
	hops[n++] =
	    (struct capture_hop){.ifindex = p->lab.bridge, .hop = HOP_BRIDGE, .client = 255};
	hops[n++] =
	    (struct capture_hop){.ifindex = p->lab.uplink, .hop = HOP_UPLINK, .client = 255};
	for (size_t i = 0; i < p->lab.n_clients; i++)
		hops[n++] = (struct capture_hop){
		    .ifindex = p->lab.clients[i].port, .hop = HOP_PORT, .client = (uint8_t)i};
	int r = capture_open(&p->captures[p->n_captures++], p->tape, WHERE_ROUTER, hops, n, e);
	if (!r)
		r = netns_enter(p->lab.upstream, e);
	if (!r) {
		hops[0] = (struct capture_hop){
		    .ifindex = p->lab.upstream_eth0, .hop = HOP_UPSTREAM, .client = 255};
		r = capture_open(
		    &p->captures[p->n_captures++], p->tape, WHERE_UPSTREAM, hops, 1, e);
	}
	for (size_t i = 0; !r && i < p->lab.n_clients; i++) {
		r = in_client(p, (int)i, e);
		hops[0] = (struct capture_hop){
		    .ifindex = p->lab.clients[i].eth0, .hop = HOP_CLIENT, .client = (uint8_t)i};
		if (!r)
			r = capture_open(&p->captures[p->n_captures++], p->tape,
			    (uint8_t)(WHERE_CLIENT + i), hops, 1, e);
	}
	free(hops);
	int back = netns_enter(p->lab.router, e);
	return r ? r : back;
}

static int watch(struct player *p, int fd, enum source source, size_t i, struct err *e)
{
	struct epoll_event ev = {.events = EPOLLIN, .data.u64 = (uint64_t)source << 32 | i};

	return epoll_ctl(p->epoll, EPOLL_CTL_ADD, fd, &ev) ? err_set(e, errno, "epoll:") : 0;
}

static int watch_all(struct player *p, struct err *e)
{
	p->epoll = epoll_create1(EPOLL_CLOEXEC);
	p->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
	if (p->epoll < 0 || p->timer < 0)
		return err_set(e, errno, "event loop:");
	int r = watch(p, p->timer, SRC_TIMER, 0, e);
	if (!r)
		r = watch(p, p->churner.channel, SRC_CHURNER, 0, e);
	for (size_t i = 0; !r && i < p->meta.n_streams; i++)
		r = watch(p, p->probers[i].fd, SRC_PROBER, i, e);
	for (size_t i = 0; !r && i < p->n_observers; i++)
		r = watch(p, observer_fd(&p->observers[i]), SRC_OBSERVER, i, e);
	for (size_t i = 0; !r && i < p->n_captures; i++)
		r = watch(p, p->captures[i].fd, SRC_CAPTURE, i, e);
	return r;
}

static int on_ready(struct player *p, uint64_t data, struct err *e)
{
	size_t i = (uint32_t)data;
	uint64_t ticks;
	int r;

	switch ((enum source)(data >> 32)) {
	case SRC_TIMER:
		(void)!read(p->timer, &ticks, sizeof(ticks));
		break;
	case SRC_CHURNER:
		r = churner_read(&p->churner, e);
		if (r < 0)
			return r;
		p->churn_done = true;
		epoll_ctl(p->epoll, EPOLL_CTL_DEL, p->churner.channel, NULL);
		break;
	case SRC_PROBER:
		prober_read(&p->probers[i]);
		break;
	case SRC_OBSERVER:
		observer_read(&p->observers[i]);
		break;
	case SRC_CAPTURE:
		capture_read(&p->captures[i]);
		break;
	}
	return 0;
}

/* Runs the loop until until_ns; attempts due before send_end_ns are sent. */
static int loop_until(struct player *p, int64_t until_ns, int64_t send_end_ns, struct err *e)
{
	for (;;) {
		int64_t now = clock_now_ns(), wake = until_ns;
		struct epoll_event evs[32];
		int r = 0, n;

		for (size_t i = 0; i < p->meta.n_streams; i++) {
			prober_run(&p->probers[i], now, send_end_ns);
			int64_t w = prober_wake_ns(&p->probers[i]);
			if (w < wake && !(p->probers[i].due_ns >= send_end_ns &&
			                    p->probers[i].deadline_ns == INT64_MAX))
				wake = w;
		}
		if (clock_now_ns() >= until_ns)
			return 0;
		struct itimerspec its = {
		    .it_value = {.tv_sec = wake / NS_PER_S, .tv_nsec = wake % NS_PER_S}};
		if (timerfd_settime(p->timer, TFD_TIMER_ABSTIME, &its, NULL))
			return err_set(e, errno, "timer:");
		n = epoll_wait(p->epoll, evs, 32, -1);
		if (n < 0 && errno != EINTR)
			return err_set(e, errno, "epoll:");
		for (int i = 0; !r && i < n; i++)
			r = on_ready(p, evs[i].data.u64, e);
		if (r)
			return r;
	}
}

static void put_state(
    struct player *p, bool at_end, struct mac mac, uint32_t mtu, bool carrier, bool local_fdb)
{
	struct event ev = {.t_ns = clock_now_ns(), .type = EV_STATE, .where = WHERE_ROUTER};

	ev.u.state.mac = mac;
	ev.u.state.mtu = mtu;
	ev.u.state.carrier = carrier;
	ev.u.state.local_fdb = local_fdb;
	ev.u.state.assign_type = lab_assign_type(&p->lab);
	ev.u.state.at_end = at_end;
	tape_put(p->tape, &ev);
}

static void put_baseline(struct player *p)
{
	const struct observer *o = &p->observers[0];

	put_state(p, false, o->mac, o->mtu, o->carrier, o->local_fdb > 0);
}

struct rest {
	int bridge;
	struct mac mac;
	uint32_t mtu;
	bool carrier, local_fdb;
};

static int on_rest(struct nlmsghdr *h, void *arg)
{
	struct rest *rest = arg;

	if (h->nlmsg_type == RTM_NEWLINK) {
		const struct ifinfomsg *i = nlmsg_data(h);
		struct nlattr *mac = nlmsg_find_attr(h, sizeof(*i), IFLA_ADDRESS);
		struct nlattr *mtu = nlmsg_find_attr(h, sizeof(*i), IFLA_MTU);
		struct nlattr *carrier = nlmsg_find_attr(h, sizeof(*i), IFLA_CARRIER);

		if (mac)
			memcpy(rest->mac.b, nla_data(mac), 6);
		rest->mtu = mtu ? nla_get_u32(mtu) : 0;
		rest->carrier = carrier && nla_get_u8(carrier);
	} else if (h->nlmsg_type == RTM_NEWNEIGH) {
		const struct ndmsg *n = nlmsg_data(h);
		struct nlattr *mac = nlmsg_find_attr(h, sizeof(*n), NDA_LLADDR);

		if (mac && (n->ndm_state & NUD_PERMANENT) && !memcmp(nla_data(mac), rest->mac.b, 6))
			rest->local_fdb = true;
	}
	return 0;
}

/* The play is over: now the kernel may be asked. */
static int put_rest(struct player *p, struct err *e)
{
	struct ifinfomsg link = {.ifi_index = p->lab.bridge};
	struct ndmsg fdb = {.ndm_family = AF_BRIDGE};
	struct rest rest = {.bridge = p->lab.bridge};
	int r = nl_ask(p->lab.nl, nl_message(RTM_GETLINK, 0, &link, sizeof(link)), on_rest, &rest,
	    "bridge at rest", e);

	if (!r)
		r = nl_ask(p->lab.nl, nl_message(RTM_GETNEIGH, NLM_F_DUMP, &fdb, sizeof(fdb)),
		    on_rest, &rest, "FDB at rest", e);
	if (!r)
		put_state(p, true, rest.mac, rest.mtu, rest.carrier, rest.local_fdb);
	return r;
}

static int wait_for_company(const struct player_company *company, struct err *e)
{
	const uint64_t one = 1;

	if (company->ready < 0)
		return 0;
	if (write(company->ready, &one, sizeof(one)) != sizeof(one))
		return err_set(e, errno, "telling that the lab stands:");
	int r = clock_wait_readable(company->go, clock_now_ns() + COMPANY_NS);
	if (r <= 0)
		return err_set(e, r ? -r : ETIMEDOUT, "waiting for the other labs:");
	struct itimerspec at = {.it_value = {.tv_sec = company->after_ns / NS_PER_S,
	                            .tv_nsec = company->after_ns % NS_PER_S}};
	int timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
	uint64_t ticks;
	if (timer < 0 || timerfd_settime(timer, 0, &at, NULL))
		r = -errno;
	else if (company->after_ns && read(timer, &ticks, sizeof(ticks)) < 0)
		r = -errno;
	if (timer >= 0)
		close(timer);
	return r < 0 ? err_set(e, -r, "timer:") : 0;
}

static int prepare(struct player *p, const char *dnsmasq_conf, struct err *e)
{
	int64_t deadline = clock_now_ns() + LAB_NS;
	int r = build_lab(p, dnsmasq_conf, deadline, e);

	if (r)
		return r;
	netns_keep(p->company->keep, p->lab.router);
	netns_keep(p->company->keep, p->lab.upstream);
	for (size_t i = 0; i < p->lab.n_clients; i++)
		netns_keep(p->company->keep, p->lab.clients[i].ns);
	atomic_store(&p->tape->pid_upstream, p->lab.dnsmasq);
	/* Before ordinary load: what is late here is no fault of the bridge. dnsmasq too. */
	proc_prefer(0);
	proc_prefer(p->lab.dnsmasq);
	r = churner_start(&p->churner, p->c, p->s, &p->lab, p->tape, p->company->keep, e);
	if (!r)
		r = churner_wait_ready(&p->churner, deadline, e);
	if (!r)
		r = pin_later(p, e);
	if (!r)
		r = lab_wait_ready(&p->lab, deadline, e);
	/* From here on the client's neighbour entry is young and no time may be lost. */
	if (!r)
		r = wait_for_company(p->company, e);
	if (!r)
		r = open_observers(p, e);
	if (!r)
		r = open_captures(p, e);
	if (!r)
		r = open_probers(p, clock_now_ns() + LAB_NS, e);
	if (!r)
		r = lab_arm_timers(&p->lab, e);
	if (!r)
		r = read_timers(p, 0, e);
	return r ? r : watch_all(p, e);
}

static void set_times(struct player *p)
{
	p->warmup_ns = clock_now_ns();
	p->start_ns = p->warmup_ns + real(p, p->c->warmup_ns);
	p->end_ns = p->start_ns + real(p, p->c->duration_ns);
	for (size_t i = 0; i < p->meta.n_streams; i++) {
		const struct stream *st = &p->meta.streams[i];
		int64_t steps = st->interval_ns ? p->c->warmup_ns / st->interval_ns : 0;

		/* On the grid of t=0, so that warm-up does not shift the attempts that are judged.
		 */
		p->probers[i].due_ns =
		    p->start_ns + real(p, phase_of(st, i) - steps * st->interval_ns);
	}
}

static int play(struct player *p, struct err *e)
{
	int64_t last = 0;

	set_times(p);
	put_phase(p->tape, PHASE_WARMUP, p->warmup_ns, "");
	int r = churner_begin(&p->churner, p->start_ns, e);
	if (!r)
		r = loop_until(p, p->start_ns, p->end_ns, e);
	if (r)
		return r;
	put_baseline(p);
	atomic_store(&p->tape->start_ns, p->start_ns);
	put_phase(p->tape, PHASE_START, p->start_ns, "");
	r = loop_until(p, p->end_ns, p->end_ns, e);
	if (r)
		return r;
	put_phase(p->tape, PHASE_LAST, clock_now_ns(), "");
	for (size_t i = 0; i < p->meta.n_streams; i++)
		if (p->probers[i].last_sent_ns + p->probers[i].timeout_ns > last)
			last = p->probers[i].last_sent_ns + p->probers[i].timeout_ns;
	r = loop_until(p, last + NS_PER_MS, p->end_ns, e);
	if (r)
		return r;
	/* A churner that is late ends late; its last events belong to the case. */
	for (int64_t deadline = clock_now_ns() + LAB_NS; !r && !p->churn_done;) {
		if (clock_now_ns() >= deadline)
			return err_set(e, ETIMEDOUT, "the churner did not end");
		r = loop_until(p, clock_now_ns() + NS_PER_MS, p->end_ns, e);
	}
	if (!r)
		put_phase(p->tape, PHASE_END, clock_now_ns(), "");
	return r;
}

int player_play(const struct scenario_case *c, const struct schedule *s, const char *dnsmasq_conf,
    struct tape *tape, const struct player_company *company, struct err *e)
{
	struct player p = {
	    .c = c, .s = s, .tape = tape, .company = company, .epoll = -1, .timer = -1};

	atomic_store(&tape->pid_player, getpid());
	schedule_meta(c, s, "", &p.meta);
	put_phase(tape, PHASE_LAB, clock_now_ns(), "");
	int r = prepare(&p, dnsmasq_conf, e);
	if (!r)
		r = play(&p, e);
	for (size_t i = 0; i < p.n_captures; i++)
		capture_close(&p.captures[i]);
	if (!r)
		r = read_timers(&p, p.warmup_ns, e);
	if (!r)
		r = put_rest(&p, e);
	if (r)
		put_phase(tape, PHASE_LAB_FAILED, clock_now_ns(), e->text);
	return r;
}
