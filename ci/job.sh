#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# job.sh: steadybridge in the CI of any project: installs what it needs, builds it, plays, and reports the
# result to the CI. Starts in the project's own folder; its scenario files are named from there.
#
#	ci/job.sh [--rootless] [--out DIR] [ARGUMENT of `steadybridge check`...]
#	  --rootless   plays as the user, in a user namespace, and lets users make these; default: as root, by sudo
#	  --out DIR    where the reports go (steadybridge-out)
#	  --merge DIR  plays nothing: joins the shards whose folders are in DIR; ARGUMENTs are those of `merge`
#
# On GitHub Actions the run's verdicts are added to the page of the job, and each case that is not as it
# must be is annotated. Exit status: that of `steadybridge check`; 2 wrong usage; 4 something is missing and
# could not be installed, or the build failed.
set -u
usage() {
	sed -n 's/^#\t//p' "$0" >&2
	exit 2
}

source=$(CDPATH='' cd "$(dirname "$0")/.." && pwd) || exit 4
out=steadybridge-out sudo='' play='' shards=''
[ "$(id -u)" -eq 0 ] || sudo=sudo
while [ $# -gt 0 ]; do
	case $1 in
	--rootless) play=user ;;
	--out)
		[ $# -ge 2 ] || usage
		out=$2
		shift
		;;
	--merge)
		[ $# -ge 2 ] || usage
		shards=$2
		shift
		;;
	*) break ;;
	esac
	shift
done

# steadybridge names a module that is missing when a case needs it.
$sudo modprobe -a bridge br_netfilter veth tun nf_tables 2>/dev/null || :
restricted=/proc/sys/kernel/apparmor_restrict_unprivileged_userns # Ubuntu 24.04
if [ "$play" = user ] && [ "$(cat $restricted 2>/dev/null)" = 1 ]; then
	$sudo sysctl -q -w kernel.apparmor_restrict_unprivileged_userns=0
fi
$sudo "$source/ci/setup.sh" tools || exit 4
make -s -C "$source" -j"$(getconf _NPROCESSORS_ONLN)" build/steadybridge || exit 4
if [ -n "$shards" ]; then
	sudo=''
	set -- merge --out "$out" "$@" "$shards"/*
else
	set -- check --out "$out" "$@"
fi
[ "$play" = user ] && sudo=''
status=0
# sudo drops the variables that ask for annotations, and that --shard auto reads
$sudo env ${GITHUB_ACTIONS:+GITHUB_ACTIONS="$GITHUB_ACTIONS"} ${CI_NODE_INDEX:+CI_NODE_INDEX="$CI_NODE_INDEX"} \
	${CI_NODE_TOTAL:+CI_NODE_TOTAL="$CI_NODE_TOTAL"} "$source/build/steadybridge" "$@" || status=$?
[ -z "${GITHUB_STEP_SUMMARY:-}" ] || "$source/ci/summary.sh" "$out" >>"$GITHUB_STEP_SUMMARY"
exit $status
