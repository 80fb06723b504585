/* SPDX-License-Identifier: GPL-2.0-or-later */
/* churner_channel.c: what player and churner tell each other, message by message. */
#include "play/churner_channel.h"

#include <errno.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"

int churner_tell(const struct churner *ch, const struct churner_order *o, struct err *e)
{
	if (write(ch->channel, o, sizeof(*o)) == sizeof(*o))
		return 0;
	if (errno == EPIPE || errno == ECONNRESET)
		return err_set(e, ECHILD, "the churner died");
	return err_set(e, errno, "churner:");
}

int churner_hear(const struct churner *ch, struct churner_word *word, struct err *e)
{
	if (read(ch->channel, word, sizeof(*word)) != (ssize_t)sizeof(*word))
		return err_set(e, ECHILD, "the churner died");
	if (word->status < 0)
		return err_set(e, -word->status, "%s", word->text);
	return 0;
}

int churner_hear_by(const struct churner *ch, int64_t deadline_ns, const char *missed,
    struct churner_word *word, struct err *e)
{
	int r = clock_wait_readable(ch->channel, deadline_ns);

	if (r <= 0)
		return err_set(e, r ? -r : ETIMEDOUT, "%s:", missed);
	return churner_hear(ch, word, e);
}

int churner_read(const struct churner *ch, struct err *e)
{
	struct churner_word word;
	int r = churner_hear(ch, &word, e);

	return r ? r : word.status;
}

void churner_say(int channel, int status, const char *text)
{
	struct churner_word word = {.status = status};

	snprintf(word.text, sizeof(word.text), "%.511s", text);
	(void)!write(channel, &word, sizeof(word));
}

bool churner_next_order(int channel, struct churner_order *o)
{
	return read(channel, o, sizeof(*o)) == sizeof(*o);
}
