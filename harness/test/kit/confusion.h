/* SPDX-License-Identifier: GPL-2.0-or-later */
/* confusion.h: how often each fault's outages get the right cause, no cause, or a wrong one. */
#ifndef SB_CONFUSION_H
#define SB_CONFUSION_H

struct confusion_options {
	unsigned seeds, jobs;
	const char *filter; /* glob of a fault's name, or NULL */
	const char *traces; /* folder for the trace of every faulted play, or NULL */
};

/* Plays every fault and its twin with seeds 1 to N and prints a table. 0; 1 when a cause was wrong
 * or more than one outage in twenty has none; -errno when it could not be played. */
int confusion_run(const struct confusion_options *o);

#endif
