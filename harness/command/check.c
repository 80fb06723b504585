/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check.c: `steadybridge check`: plays cases, judges them, reports. */
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/status.h"
#include "base/stdio.h"
#include "base/units.h"
#include "cli/choice.h"
#include "cli/screen.h"
#include "cli/selection.h"
#include "cli/subjects.h"
#include "cli/tap_stream.h"
#include "cli/version.h"
#include "command/command.h"
#include "command/help.h"
#include "command/pause.h"
#include "host/prereqs.h"
#include "judge/judge.h"
#include "report/plays.h"
#include "run/drop_plays.h"
#include "run/instrument.h"
#include "run/machine_pace.h"
#include "run/output.h"
#include "run/packet_retention.h"
#include "run/playlist.h"

struct runner {
	const struct options *o;
	const struct scenario_case *watched; /* with --watch; belongs to its scenario */
	struct utsname uts;
	struct version versions;
	struct playlist plays;
	struct choice choice;
	struct output out;
	bool terminal, color;
	struct progress progress;
	int64_t began_ns;
	char began[CLOCK_UTC_TEXT];
	struct pause pause;    /* with --pause-on-fail */
	struct screen screen;  /* with --watch */
	struct tap_stream tap; /* with --tap */
};

/* On standard output. */
static void say(const struct runner *r, struct buf *text)
{
	if (r->o->tap)
		tap_stream_say(&r->tap, text->s);
	else
		fputs(text->s, stdout);
	stdio_flush();
	buf_free(text);
}

static void on_finished(struct play_job *pj, void *arg)
{
	struct runner *r = arg;
	const struct judgement *j = &pj->judged.judgement;
	bool last = playlist_is_last(pj) && !pj->trace.meta.play.drops;

	r->progress.done += last;
	r->progress.failed += last && j->verdict == VERDICT_FAIL && !j->known;
	r->progress.unclear += last && j->verdict != VERDICT_FAIL && j->verdict != VERDICT_PASS;
	output_case(&r->out, pj);
	packet_retention_after(&r->plays, &r->out, pj, r->o->capture);
	if (r->o->pause_on_fail)
		pause_over(&r->pause);
	if (r->o->tap)
		tap_stream_finished(&r->tap, &r->plays);
}

static void clear_progress(const struct runner *r)
{
	if (r->terminal)
		fputs("\r\033[K", stderr);
}

static void pause_at_fail(struct runner *r)
{
	const struct play_job *pj = playlist_running(&r->plays);

	if (pj && pause_wanted(&r->pause, pj)) {
		clear_progress(r);
		pause_tell(&r->pause);
	}
}

static void show_progress(struct runner *r, size_t running)
{
	struct buf b = {0};
	int64_t left = r->began_ns + playlist_expected_ns(&r->plays) - clock_now_ns();

	r->progress.running = running;
	r->progress.again = playlist_to_retry(&r->plays);
	r->progress.left_real_ns = left > 0 ? left : 0;
	report_progress(&r->progress, r->color, &b);
	fprintf(stderr, "\r%s\033[K", b.s);
	buf_free(&b);
}

static void on_tick(void *arg, size_t running)
{
	struct runner *r = arg;

	if (r->o->pause_on_fail)
		pause_at_fail(r);
	if (r->watched)
		screen_look(&r->screen, &r->plays);
	if (r->terminal && !r->pause.told && !r->screen.terminal)
		show_progress(r, running);
}

/* What is known before anything is played. */
static struct run run_before_plays(const struct runner *r)
{
	struct run run = {
	    .version = steadybridge_version,
	    .kernel = r->uts.release,
	    .root = geteuid() == 0,
	    .pace = r->plays.asked.pace,
	    .pace_why = r->plays.asked.pace_why,
	    .began = r->began,
	    .seed = r->plays.asked.seed,
	    .repeat = r->o->repeat,
	    .color = r->color,
	    .must_run = r->o->must_run,
	    .shard = r->choice.shard,
	    .skipped = r->choice.skipped,
	    .n_skipped = r->choice.n_skipped,
	    .again = r->choice.again,
	    .out_dir = r->out.dir,
	};

	version_fill(&r->versions, &run);
	return run;
}

/* Judges and reports a run that was played to its end. The exit status. */
static int finish(struct runner *r, const struct instrument *instrument)
{
	struct run run = run_before_plays(r);
	struct plays counted;
	struct buf text = {0};
	struct err e = {{0}};

	run.plays = playlist_judged(&r->plays);
	run.n_plays = r->plays.n;
	run.instrument_ok = instrument->ok;
	run.instrument_text = instrument->text;
	run.instrument_real_ns = instrument->wall_ns;
	run.wall_real_ns = clock_now_ns() - r->began_ns;
	judge_run(run.plays, run.n_plays);
	plays_make(&run, &counted);
	bool unwritten = output_renew(&r->out, &e);
	packet_retention_at_end(&r->plays, &r->out, r->o->capture);
	if (r->o->tap)
		tap_stream_end(&r->tap, &run, &r->plays);
	else
		report_text(&run, &text);
	if (getenv("GITHUB_ACTIONS"))
		report_github(&run, &text);
	fputs(text.s ? text.s : "", r->o->tap ? stderr : stdout);
	buf_free(&text);
	int status = report_exit_status(&run);
	for (size_t i = 0; i < r->plays.n; i++)
		output_again(&r->out, r->plays.items[i]);
	if (r->out.missing)
		fprintf(stderr,
		    "steadybridge: could not save the trace or packets of %lu play%s: %s\n",
		    r->out.missing, r->out.missing == 1 ? "" : "s", r->out.why);
	unwritten = unwritten || output_reports(&r->out, &run, &e);
	if (unwritten)
		fprintf(stderr, "steadybridge: could not write all reports: %s\n", e.text);
	if (unwritten || r->out.missing)
		status = status ? status : STATUS_CANNOT;
	plays_free(&counted);
	free(run.plays);
	return stdio_end(status, false);
}

static void release(struct runner *r)
{
	playlist_free(&r->plays);
	choice_free(&r->choice);
	output_close(&r->out);
	if (r->o->pause_on_fail)
		pause_close(&r->pause);
}

/* By the signal itself, so that a shell or make sees what happened; no report is left. */
static int die_by(int signal_no)
{
	signal(signal_no, SIG_DFL);
	raise(signal_no);
	return STATUS_CANNOT;
}

static int play_everything(struct runner *r, struct instrument *instrument, struct err *e)
{
	int status = r->o->quick ? instrument_unasked(true, instrument)
	                         : instrument_check(r->o->asked.pace, r->uts.release, instrument,
	                               &r->plays.signal_no, e);

	if (status)
		return status;
	struct run run = {.instrument_ok = instrument->ok,
	    .instrument_text = instrument->text,
	    .instrument_real_ns = instrument->wall_ns};
	struct buf text = {0};
	report_instrument(&run, &text);
	say(r, &text);
	if (!instrument->ok && !PLAYER_BLIND) /* no verdict would be worth anything */
		return 0;
	capacity_learn(&r->plays.capacity, instrument->cpu_ns, instrument->lookups);
	r->began_ns = clock_now_ns();
	status = playlist_run(&r->plays, NULL, e);
	if (!status && !r->o->quick && !r->o->pause_on_fail && !r->watched)
		status = drop_plays_run(&r->plays, e);
	clear_progress(r);
	if (!status)
		choice_skip_left_out(&r->choice, &r->plays);
	if (!status && r->watched)
		screen_last(&r->screen, &r->plays);
	return status;
}

/* Ends a run that cannot be played, or played on. The exit status. */
static int stop(struct runner *r, int status, const char *why)
{
	if (r->o->tap)
		status = tap_stream_stop(&r->tap, status, why);
	fprintf(stderr, "steadybridge: %s\n", why);
	release(r);
	return status;
}

static int nothing_to_play(struct runner *r, const struct run *run)
{
	int status = run->n_skipped && run->must_run ? STATUS_FAILED : STATUS_CANNOT;
	struct buf why = {0};

	choice_tell_missing(&r->choice);
	if (!run->n_skipped)
		selection_empty(r->o);
	else
		fputs("steadybridge: nothing was played, nothing was changed\n", stderr);
	if (r->o->tap) {
		if (run->n_skipped)
			tap_skips(run, &why);
		tap_stream_stop(&r->tap, status, text_or(why.s, "no case matches"));
		buf_free(&why);
	}
	release(r);
	return status;
}

/* Plays the cases of these scenarios that the options select. The exit status. */
static int check(
    const struct scenarios *s, const struct scenario_case *watched, const struct options *o)
{
	struct runner r = {.o = o, .watched = watched, .began_ns = clock_now_ns()};
	struct instrument instrument = {0};
	struct buf head = {0};
	struct err e = {{0}};
	const char *no_color = getenv("NO_COLOR"), *term = getenv("TERM");

	clock_utc(clock_real_ns(), r.began);
	if (o->pause_on_fail && pause_open(&r.pause, &e)) {
		fprintf(stderr, "steadybridge: %s\n", e.text);
		return STATUS_USAGE;
	}
	uname(&r.uts);
	bool dumb = term && !strcmp(term, "dumb"); /* no colours, and no line anew */
	r.terminal = isatty(STDERR_FILENO) && !dumb;
	r.color = !o->tap && isatty(STDOUT_FILENO) && !dumb && !(no_color && *no_color);
	if (r.watched)
		screen_open(&r.screen);
	r.plays = (struct playlist){
	    .asked = s->n == 1 ? seed_pace_in_force(&o->asked, s->items[0]) : o->asked,
	    .quick = o->quick,
	    .kernel = r.uts.release,
	    .keep_packets = o->capture != CAPTURE_NEVER,
	    .give_up = true,
	    .finished = on_finished,
	    .finished_arg = &r,
	    .shell = o->pause_on_fail ? &r.pause.shell : NULL,
	    .pool = {.at_once = o->pause_on_fail ? 1 : o->jobs,
	        .tick = r.terminal || o->pause_on_fail || r.watched ? on_tick : NULL,
	        .tick_ns = o->pause_on_fail ? PAUSE_TICK_NS
	                   : r.watched      ? SCREEN_TICK_NS
	                                    : 0,
	        .tick_arg = &r},
	};
	capacity_open(&r.plays.capacity);
	choice_make(&r.choice, o, s, watched, &r.plays);
	r.progress.cases = r.plays.n;
	version_look(&r.versions, prereqs_last(&(size_t){0}));
	struct run first = run_before_plays(&r);
	if (o->tap)
		tap_stream_begin(&r.tap, stdout, &first, r.plays.n);
	if (!r.plays.n && !r.choice.shard.whole_cases)
		return nothing_to_play(&r, &first);
	if (output_open(&r.out, o->out, &e))
		return stop(&r, STATUS_CANNOT, e.text);
	r.tap.run.out_dir = r.out.dir;
	if (!o->tap) {
		report_head(&first, r.plays.n, &head);
		say(&r, &head);
	}
	/* a shard may have nothing to play: its reports say so to `merge` */
	int status = r.plays.n ? play_everything(&r, &instrument, &e)
	                       : instrument_unasked(false, &instrument);
	if (r.plays.signal_no) {
		release(&r);
		fprintf(stderr, "steadybridge: interrupted; no report was written\n");
		return die_by(r.plays.signal_no);
	}
	if (status)
		return stop(&r, STATUS_CANNOT, e.text);
	if (!instrument.ok && !PLAYER_BLIND)
		return stop(&r, instrument.unbuilt ? STATUS_CANNOT : STATUS_UNCLEAR,
		    instrument.unbuilt
		        ? "no lab can be built on this machine, so no case was played"
		        : "the instrument check failed, so no case was played");
	status = finish(&r, &instrument);
	release(&r);
	return status;
}

/* A pace that was given is kept, whatever it leads to. */
static void warn_of_pace(
    const struct machine_pace *machine, const struct scenarios *s, const struct options *o)
{
	double pace = 0;

	for (size_t i = 0; i < s->n; i++)
		pace = fmax(pace, seed_pace_in_force(&o->asked, s->items[i]).pace);
	if (pace > machine->most)
		fprintf(stderr,
		    "steadybridge: warning: %s, %.3g ms of scenario time at pace %g; at most pace "
		    "%g is advised\n",
		    machine->why, (double)machine->real_ns * pace / NS_PER_MS, pace, machine->most);
}

static int run(struct options *o)
{
	const struct scenario_case *watched = NULL;
	struct machine_pace machine;
	struct scenarios s = {0};

	const char *live = o->watch ? "--watch" : o->pause_on_fail ? "--pause-on-fail" : NULL;
	const char *other = o->watch && o->pause_on_fail ? "--pause-on-fail"
	                    : o->quick                   ? "--quick"
	                    : o->tap                     ? "--tap"
	                    : subjects_wanted(o)         ? "--subject"
	                                                 : NULL;
	if (live && other)
		return help_usage_error(
		    &command_check, "%s cannot be combined with %s", other, live);
	if (o->watch && (o->n_names < 1 || o->n_names > 2))
		return help_usage_error(&command_check, "--watch expects CASE [FILE]");
	if (o->shard.of && o->watch)
		return help_usage_error(&command_check, "--shard cannot be combined with --watch");
	if (o->tool && (o->n_subjects != 1 || o->all_subjects))
		return help_usage_error(&command_check, "--tool goes with one --subject");
	o->quick |= subjects_wanted(o) && !o->n_names && !o->asked.pace_given;
	int r = o->watch ? selection_read_case(o, &s, &watched) : selection_read(o, &s);
	if (o->quick) {
		o->asked.pace = 1;
		o->asked.pace_given = true;
	} else if (!r) {
		machine_pace_look(&machine);
		machine_pace_limit(&machine, &o->asked);
		warn_of_pace(&machine, &s, o);
		if (machine_pace_slow(&machine, getenv("KSFT_MACHINE_SLOW")))
			machine_pace_limit(&machine, &o->asked);
	}
	if (!r)
		r = check(&s, watched, o);
	load_free(&s);
	return r;
}

const struct command command_check = {"check", "[FILE|NAME...]", 0, NAMES_ANY,
    "play cases and judge them (default: all but the large scenarios)",
    OPTION_ALL | OPTION_SUBJECT | OPTION_SUBJECTS | OPTION_TOOL | OPTION_FILTER | OPTION_SMOKE |
        OPTION_SET | OPTION_SEED | OPTION_PACE | OPTION_JOBS | OPTION_REPEAT | OPTION_SHARD |
        OPTION_QUICK | OPTION_WATCH | OPTION_PAUSE_ON_FAIL | OPTION_CAPTURE | OPTION_OUT |
        OPTION_MUST_RUN | OPTION_TAP | OPTION_EXIT,
    "lowest-port-leaves --filter '*,leaves-by=delete'", run};
