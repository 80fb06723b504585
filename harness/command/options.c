/* options.c: the command line of steadybridge. */
#include "command/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/status.h"

static const char *const capture_words[] = {"failed", "always", "never"};

static const struct option longs[] = {
    {"pace", required_argument, NULL, 'p'},
    {"seed", required_argument, NULL, 's'},
    {"filter", required_argument, NULL, 'f'},
    {"set", required_argument, NULL, 'S'},
    {"out", required_argument, NULL, 'o'},
    {"repeat", required_argument, NULL, 'r'},
    {"must-run", no_argument, NULL, 'm'},
    {"exit", required_argument, NULL, 'x'},
    {"capture", required_argument, NULL, 'k'},
    {"jobs", required_argument, NULL, 'j'},
    {"command", required_argument, NULL, 'c'},
    {"pause-on-fail", no_argument, NULL, 'P'},
    {"watch", no_argument, NULL, 'w'},
    {"all", no_argument, NULL, 'a'},
    {"quick", no_argument, NULL, 'q'},
    {"json", no_argument, NULL, 'J'},
    {0},
};

void options_help(void)
{
	puts(
	    "  -j, --jobs N         cases played at once (default: 20 for each core)\n"
	    "  --pace N             how many times faster than its own time a case is played, 1 to 100 (20)\n"
	    "  --all                also the large scenarios, which take minutes (check, list)\n"
	    "  --seed N             of MACs and names (default: a new one each run; it is printed)\n"
	    "  --filter GLOB        only cases whose name matches\n"
	    "  --set PATH=VALUE     override a value of every case, e.g. --set bridge.pin=never\n"
	    "  --out DIR            where the reports go (out)\n"
	    "  --capture WHEN       keep packets as pcap files: always, failed (of all that did not pass), never (failed)\n"
	    "  --repeat N           play every case N times\n"
	    "  --must-run           a skipped case makes the run fail\n"
	    "  --exit bisect        exit status 125 instead of 3 and 4 (git bisect skips the commit), 128 instead of 2 (it stops)\n"
	    "  --exit kselftest     exit status 4 (skip) instead of 3 and 4\n"
	    "  --exit 77            exit status 77 (automake's and autopkgtest's skip) instead of 3 and 4\n"
	    "  --quick              by events, without a clock: what allows it, in a fraction of a second\n"
	    "  --pause-on-fail      a shell in the lab at the moment an arm fails (one case at a time)\n"
	    "  --watch              draw one case and its control while they are played\n"
	    "  --json               prereqs: as JSON\n"
	    "  -c, --command TEXT   shell: one command instead of a prompt");
}

static int number(
    const char *what, const char *text, double min, double max, double *out, struct err *e)
{
	char *end;

	errno = 0;
	*out = strtod(text, &end);
	if (errno || end == text || *end || !(*out >= min && *out <= max))
		return err_set(e, EINVAL, "%s: found '%s', expected a number from %g to %g", what,
		    text, min, max);
	return 0;
}

static int whole(
    const char *what, const char *text, double min, double max, double *out, struct err *e)
{
	int r = number(what, text, min, max, out, e);

	if (!r && *out != (double)(long)*out)
		return err_set(e, EINVAL, "%s: found '%s', expected a whole number", what, text);
	return r;
}

static int add_setting(struct options *o, char *text, struct err *e)
{
	char *eq = strchr(text, '=');

	if (!eq || eq == text)
		return err_set(e, EINVAL, "--set: found '%s', expected PATH=VALUE", text);
	*eq = '\0';
	o->settings = mem_grow(o->settings, o->n_settings + 1, sizeof(*o->settings));
	o->settings[o->n_settings++] = (struct setting){.path = text, .value = eq + 1};
	return 0;
}

/* What others take an exit status for. */
static const struct exit_words {
	const char *name;
	int usage, unclear, nothing; /* instead of 2, 3 and 4 */
} exit_words[] = {
    {"bisect", 128, 125, 125},
    {"kselftest", 2, 4, 4},
    {"77", 2, 77, 77},
};

static int take_exit(struct options *o, const char *arg, struct err *e)
{
	for (size_t i = 0; i < sizeof(exit_words) / sizeof(exit_words[0]); i++) {
		if (!strcmp(arg, exit_words[i].name)) {
			o->exit_as = &exit_words[i];
			return 0;
		}
	}
	return err_set(e, EINVAL, "--exit: found '%s', expected bisect, kselftest or 77", arg);
}

int options_exit(const struct options *o, int status)
{
	const struct exit_words *as = o->exit_as;

	if (!as || status < STATUS_USAGE || status > STATUS_CANNOT)
		return status;
	return status == STATUS_USAGE    ? as->usage
	       : status == STATUS_CANNOT ? as->nothing
	                                 : as->unclear;
}

static int take(struct options *o, int c, char *arg, struct err *e)
{
	double n;
	char *end;
	int r = 0;

	switch (c) {
	case 'j':
		r = whole("-j", arg, 1, 96, &n, e);
		o->jobs = r ? 0 : (unsigned)n;
		return r;
	case 'p':
		o->asked.pace_given = true;
		return number("--pace", arg, 1, 100, &o->asked.pace, e);
	case 's':
		errno = 0;
		o->asked.seed = strtoull(arg, &end, 16);
		o->asked.seed_given = true;
		if (errno || end == arg || *end || *arg == '-')
			return err_set(
			    e, EINVAL, "--seed: found '%s', expected a hexadecimal number", arg);
		return 0;
	case 'f':
		o->filter = arg;
		return 0;
	case 'S':
		return add_setting(o, arg, e);
	case 'o':
		o->out = arg;
		o->out_given = true;
		return *arg ? 0 : err_set(e, EINVAL, "--out: expected a folder");
	case 'r':
		r = whole("--repeat", arg, 1, 1000, &n, e);
		o->repeat = r ? 1 : (int)n;
		return r;
	case 'c':
		o->command = arg;
		return 0;
	case 'P':
		o->pause_on_fail = true;
		return 0;
	case 'w':
		o->watch = true;
		return 0;
	case 'a':
		o->all = true;
		return 0;
	case 'J':
		o->json = true;
		return 0;
	case 'q':
		o->quick = true;
		return 0;
	case 'm':
		o->must_run = true;
		return 0;
	case 'k':
		for (int i = CAPTURE_FAILED; i <= CAPTURE_NEVER; i++) {
			if (!strcmp(arg, capture_words[i])) {
				o->capture = (enum capture_when)i;
				return 0;
			}
		}
		return err_set(
		    e, EINVAL, "--capture: found '%s', expected always, failed or never", arg);
	case 'x':
		return take_exit(o, arg, e);
	}
	return err_set(e, EINVAL, "unknown option");
}

int options_parse(struct options *o, int argc, char **argv, struct err *e)
{
	int c, r = 0;

	*o = (struct options){.asked = {.pace = 20}, .out = "out", .repeat = 1};
	optind = 1;
	opterr = 0;
	while ((c = getopt_long(argc, argv, ":j:c:", longs, NULL)) != -1) {
		struct err *to = r ? NULL : e; /* the first error is told */
		int one;

		if (c == ':')
			one = err_set(to, EINVAL, "%s needs a value", argv[optind - 1]);
		else if (c == '?')
			one = err_set(to, EINVAL, "unknown option %s; see steadybridge help",
			    argv[optind - 1]);
		else
			one = take(o, c, optarg, to);
		r = r ? r : one;
	}
	o->names = argv + optind;
	o->n_names = argc - optind;
	if (!r && !o->asked.seed_given) {
		uint16_t seed = 0;

		if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed))
			seed = (uint16_t)getpid();
		o->asked.seed = seed;
	}
	if (!o->jobs)
		o->jobs = 20 * (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
	return r;
}

void options_free(struct options *o)
{
	free(o->settings);
	o->settings = NULL;
	o->n_settings = 0;
}
