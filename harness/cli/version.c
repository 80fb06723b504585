/* SPDX-License-Identifier: GPL-2.0-or-later */
/* version.c: the versions of steadybridge and of what its verdicts may depend on. */
#include "cli/version.h"

#include <ctype.h>
#include <libfyaml.h>
#include <netlink/version.h>
#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#include "base/clock.h"
#include "base/proc.h"
#include "base/units.h"
#include "lab/firewall.h"

#ifndef STEADYBRIDGE_VERSION /* an editor's parser knows no Makefile */
#define STEADYBRIDGE_VERSION "unknown"
#endif

#define PROGRAM_NS (100 * NS_PER_S) /* as long as prereqs waits: a slow guest has it too */

const char steadybridge_version[] = STEADYBRIDGE_VERSION;

void version_in(const char *line, char *text, size_t size)
{
	size_t len = 0, bracket = 0;

	for (; *line; line += len ? len : 1) {
		len = strspn(line, "0123456789");
		if (len && line[len] == '.' && isdigit((unsigned char)line[len + 1]))
			break;
	}
	for (len = 0;
	     isalnum((unsigned char)line[len]) || (line[len] && strchr(".-+~", line[len]));)
		len++;
	if (line[len] == ' ' && line[len + 1] == '(')
		bracket = strcspn(line + len, ")") + 1;
	snprintf(text, size, "%.*s", (int)(len + bracket), line);
}

/* found: what has said so already, or NULL. */
static void ask(
    const struct prereq *found, const char *program, const char *arg, char *text, size_t size)
{
	char line[160] = "";

	if (found && found->there)
		version_in(found->found, text, size);
	else if (program && !proc_ask((const char *[]){program, arg, NULL},
	                        clock_now_ns() + PROGRAM_NS, line, sizeof(line), NULL))
		version_in(line, text, size);
}

void version_look(struct version *v, const struct prereq *found)
{
	*v = (struct version){0};
	ask(found ? &found[P_DNSMASQ] : NULL, "dnsmasq", "--version", v->text[RUN_DNSMASQ],
	    sizeof(v->text[0]));
	ask(NULL, firewall_program(), "--version", v->text[RUN_IPTABLES], sizeof(v->text[0]));
	ask(found ? &found[P_IP] : NULL, "ip", "-V", v->text[RUN_IPROUTE2], sizeof(v->text[0]));
	snprintf(
	    v->text[RUN_LIBNL], sizeof(v->text[0]), "%d.%d.%d", nl_ver_maj, nl_ver_min, nl_ver_mic);
	snprintf(v->text[RUN_LIBFYAML], sizeof(v->text[0]), "%s", fy_library_version());
}

void version_fill(const struct version *v, struct run *run)
{
	for (int i = 0; i < RUN_PARTS; i++)
		run->parts[i] = v->text[i][0] ? v->text[i] : NULL;
}

void version_print(void)
{
	struct version v;
	struct utsname uts;

	printf("steadybridge %s\n", steadybridge_version);
	if (!uname(&uts))
		printf("Linux %s\n", uts.release);
	version_look(&v, NULL);
	for (int i = 0; i < RUN_PARTS; i++)
		printf("%s %s\n", run_part_name((enum run_part)i),
		    v.text[i][0] ? v.text[i] : "missing");
}
