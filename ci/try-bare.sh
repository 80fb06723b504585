#!/bin/bash
# try-bare.sh: is it true that on a machine where not even make is there, one command installs what is
# missing, builds and runs? Tried in a fresh, minimal Debian of its own, thrown away afterwards.
#
#	sudo ci/try-bare.sh [OPTION...] SUITE     bookworm, trixie, sid, or another that debootstrap knows
#	  --cache DIR    keeps the base system there, for the next time; default: none is kept
#	  --install      installs debootstrap by apt-get where it is missing
#	  --ref REF      what is tried: a commit, without .git (HEAD)
#	  --tests GLOB   runs only these of the harness's own tests; default: all
#	  --mirror URL   a Debian mirror; default: the one that debootstrap knows
#
# Exit status: 0 all well; 1 something is not; 2 wrong usage; 77 no such Debian can be made here (the
# line SKIP says why and what helps).
#
# Takes some minutes. Its mounts are those of a mount namespace of its own and end with it; the folder
# is removed only when nothing is mounted below it.
set -eu
export DEBIAN_FRONTEND=noninteractive LC_ALL=C
cache='' install='' ref=HEAD mirror='' tests='' suite=''

usage() {
	sed -n '5,10s/^#[[:space:]]//p' "$0" >&2
	exit 2
}

# skip WHY REMEDY: no such Debian here.
skip() {
	echo "SKIP try-bare: $1; what helps: $2"
	exit 77
}

while [ $# -gt 0 ]; do
	case $1 in
	--cache | --ref | --mirror | --tests)
		[ $# -ge 2 ] || usage
		declare "${1#--}=$2"
		shift
		;;
	--install) install=1 ;;
	-*) usage ;;
	*)
		[ -z "$suite" ] || usage
		suite=$1
		;;
	esac
	shift
done
[ -n "$suite" ] || usage
[ -z "$cache" ] || cache=$(realpath -m -- "$cache")
[ "$(id -u)" -eq 0 ] || skip "debootstrap needs root" "sudo ci/try-bare.sh $suite"
cd "$(dirname "$0")/.."
if ! command -v debootstrap >/dev/null && [ -n "$install" ]; then
	{ apt-get update -qq && apt-get install -y -qq --no-install-recommends debootstrap; } >/dev/null 2>&1 || true
fi
command -v debootstrap >/dev/null || skip "no debootstrap" "apt-get install debootstrap, or --install"
root=$(mktemp -d "${TMPDIR:-/tmp}/steadybridge-bare.XXXXXXXX")
chmod 755 "$root"

remove() {
	if findmnt -rn -o TARGET | grep -qF -- "$root/"; then
		echo "$0: something is still mounted below $root, so it stays" >&2
		return
	fi
	rm -rf --one-file-system -- "$root" "$root.log"
}
trap remove EXIT
trap 'exit 130' INT TERM HUP

say() {
	echo "== $*"
}

# bare COMMAND...: in that Debian as its own machine would run it: another root (no chroot, where no
# user namespace can be made), own processes, /proc, /sys, /run; the network of this machine.
bare() {
	# shellcheck disable=SC2016 # expanded inside
	unshare --mount --pid --ipc --uts --fork --kill-child -- bash -c '
		set -e
		root=$1
		shift
		mount --make-rprivate /
		mount --bind "$root" "$root"
		cd "$root"
		mount -t proc proc proc
		mount -t sysfs sysfs sys
		mount -t tmpfs -o mode=755 tmpfs run
		mount -t devpts -o newinstance,ptmxmode=666 devpts dev/pts
		mkdir -p old
		pivot_root . old
		umount -l /old
		cd /src
		exec env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root \
			${http_proxy:+http_proxy="$http_proxy"} "$@"
	' bare "$root" "$@" </dev/null
}

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

as_nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)

# base: the system itself, from the cache, or made by debootstrap and then cached. A cached system is
# complete: it gets its name last.
base() {
	local tar=${cache:+$cache/$suite.tar}
	if [ -n "$tar" ] && [ -f "$tar" ]; then
		say "a bare Debian $suite in $root, from $tar"
		tar -x -p --numeric-owner -f "$tar" -C "$root"
		return
	fi
	say "a bare Debian $suite in $root, by debootstrap"
	if ! debootstrap --variant=minbase "$suite" "$root" ${mirror:+"$mirror"} >"$root.log" 2>&1; then
		tail -20 "$root.log" >&2
		skip "debootstrap could not make a $suite" "--mirror URL, or a network"
	fi
	[ -n "$tar" ] || return 0
	mkdir -p "$cache"
	tar -c --numeric-owner -f "$tar.$$" -C "$root" . && mv "$tar.$$" "$tar"
}

base
# A mirror may be a snapshot, whose lists are as old as it is.
echo 'Acquire::Check-Valid-Until "false";' >"$root/etc/apt/apt.conf.d/99snapshot"
cp /etc/resolv.conf "$root/etc/resolv.conf"
for conf in /etc/apt/apt.conf.d/*; do
	if grep -qi proxy "$conf" 2>/dev/null; then
		cp "$conf" "$root/etc/apt/apt.conf.d/"
	fi
done
mkdir -p "$root/dev/net" "$root/dev/pts" "$root/src"
[ ! -c /dev/net/tun ] || mknod -m 666 "$root/dev/net/tun" c 10 200
git archive "$ref" | tar -x -C "$root/src"

# enabled: links by which something is started at boot. Newer versions of dnsmasq-base depend on systemd;
# units that belong to systemd itself are not counted.
enabled() {
	(cd "$root" && find etc/systemd etc/rc*.d -type l | sort) | while read -r link; do
		grep -qs "/$(basename "$(readlink "$root/$link")")$" "$root/var/lib/dpkg/info/systemd.list" || echo "$link"
	done
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
new=$(comm -13 <(echo "$services") <(enabled))
[ -z "$new" ] || bad="$bad; enabled: $new"
if [ -n "$bad" ]; then
	say "NOT OK: ${bad#; }"
	exit 1
fi
say "all well; no service was enabled"
