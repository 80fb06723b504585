/* SPDX-License-Identifier: GPL-2.0-or-later */
/* stdio.c: standard input, output and error as they should be, and what became of the output. */
#include "base/stdio.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/status.h"

/* As large as what a command prints: once its buffer is full, stdio writes by itself, and the error
 * of that is lost. */
static char buffer[1 << 20];
static int first_error;
static bool told;

void stdio_begin(void)
{
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
	/* Open for reading only, standard output still tells that it cannot be written. */
	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && errno == EBADF)
			(void)!open("/dev/null", fd == STDERR_FILENO ? O_WRONLY : O_RDONLY);
	if (!isatty(STDOUT_FILENO))
		setvbuf(stdout, buffer, _IOFBF, sizeof(buffer));
}

void stdio_flush(void)
{
	bool failed = ferror(stdout);

	/* What could not be written is still there: its error shows again. */
	clearerr(stdout);
	errno = 0;
	if ((fflush(stdout) || failed) && !first_error)
		first_error = errno ? errno : EIO;
}

int stdio_end(int r, bool quiet)
{
	stdio_flush();
	if (!first_error)
		return r;
	if (!told && !(quiet && first_error == EPIPE))
		fprintf(stderr, "steadybridge: standard output: %s\n", strerror(first_error));
	told = true;
	return r ? r : STATUS_CANNOT;
}
