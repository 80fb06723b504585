#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# try-bare.sh: is it true that on a machine where not even make is there, one command installs what is
# missing, builds and runs? Tried in a fresh, minimal Debian of its own, thrown away afterwards.
#
#	sudo ci/try-bare.sh [OPTION...] SUITE     bookworm, trixie, sid, or another that debootstrap knows
#	  --cache DIR    keeps the base system there, for the next time; default: none is kept
#	  --prepare      only fills the cache
#	  --install      installs debootstrap by apt-get where it is missing
#	  --ref REF      what is tried: a commit, without .git (HEAD)
#	  --tests GLOB   runs only these of the harness's own tests; default: all
#	  --mirror URL   a Debian mirror; default: the one that debootstrap knows
#
# Exit status: 0 all well; 1 something is not; 2 wrong usage; 77 no such Debian can be made here (the
# line SKIP says why and what helps). Takes some minutes.
# shellcheck source=ci/bare-root.sh
. "$(dirname "$0")/bare-root.sh"
tests=
while [ $# -gt 0 ]; do
	case $1 in
	--tests)
		[ $# -ge 2 ] || usage
		tests=$2
		shift 2
		;;
	-*)
		option "$@"
		set -- "${rest[@]}"
		;;
	*)
		[ -z "$suite" ] || usage
		suite=$1
		shift
		;;
	esac
done
[ -n "$suite" ] || usage
make_root
[ -z "$prepare" ] || exit 0

# expect STATUS WORDS COMMAND...: it ends with that status and says these words.
expect() {
	local want=$1 words=$2 status=0
	shift 2
	"$@" >"$root.log" 2>&1 || status=$?
	sed 's/^/   | /' "$root.log"
	if [ "$status" -ne "$want" ] || ! grep -qF -- "$words" "$root.log"; then
		echo "$0: NOT OK: expected status $want and '$words', got status $status: $*" >&2
		exit 1
	fi
}

services=$(enabled)

say "not root: it names what is missing, and how to install it"
expect 4 "sudo apt-get install --no-install-recommends gcc" bare "${as_nobody[@]}" ci/setup.sh check
say "without apt-get: it names the packages of others"
mv "$root/usr/bin/apt-get" "$root/usr/bin/apt-get.away"
expect 4 "dnf install gcc" bare ci/setup.sh check
mv "$root/usr/bin/apt-get.away" "$root/usr/bin/apt-get"
say "wrong usage"
expect 2 "usage:" bare ci/setup.sh
expect 2 "unknown: 'chekc'" bare ci/setup.sh chekc

# run COMMAND...: it must end well; whatever becomes of it, the next one is tried too.
run() {
	local status=0 began=$SECONDS
	say "$*"
	bare "$@" || status=$?
	say "status $status after $((SECONDS - began)) s"
	[ "$status" -eq 0 ] || bad="$bad; status $status of $*"
}

bad=
run ci/setup.sh check
run ci/setup.sh test ${tests:+--filter "$tests"}
say "once more, without a network: nothing is installed, an argument is passed on"
run unshare --net ci/setup.sh check --filter 'lowest-port-leaves/*,leaves-by=delete'
[ "$(grep -cE '^(not )?ok ' "$root/src/out/results.tap")" -eq 5 ] || bad="$bad; the argument was lost"
say "not root"
run "${as_nobody[@]}" build/steadybridge check --out /tmp/out --filter 'lowest-port-leaves/*,leaves-by=delete'
new=$(not_enabled_before "$services")
[ -z "$new" ] || bad="$bad; enabled: $new"
if [ -n "$bad" ]; then
	say "NOT OK: ${bad#; }"
	exit 1
fi
say "all well; no service was enabled"
