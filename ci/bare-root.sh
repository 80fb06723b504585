# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash disable=SC2034 # those who source it use what is set here
# bare-root.sh: a minimal Debian of its own, made by debootstrap, in which a script tries something, and
# which is thrown away afterwards. Sourced by ci/try-bare.sh and ci/try-subjects with their arguments:
# reads the options that both have and SUITE; the rest stays in "$@". make_root makes it, bare runs in it,
# keep saves it with what was installed, as the name that `layer` has.
#
# Its mounts are those of a mount namespace of its own and end with it; the folder is removed only when
# nothing is mounted below it.
set -eu
export DEBIAN_FRONTEND=noninteractive LC_ALL=C
cache='' install='' ref=HEAD mirror='' suite='' prepare='' layer=''
name=$(basename "$0" .sh)

# The lines of the script's head that begin with a tab.
usage() {
	sed -n 's/^#\t//p' "$0" >&2
	exit 2
}

# skip WHY REMEDY: no such Debian here.
skip() {
	echo "SKIP $name: $1; what helps: $2"
	exit 77
}

say() {
	echo "== $*"
}

# option ARGUMENT...: sets a variable; what is left are "${rest[@]}".
option() {
	case $1 in
	--cache | --ref | --mirror)
		[ $# -ge 2 ] || usage
		declare -g "${1#--}=$2"
		shift
		;;
	--install) install=1 ;;
	--prepare) prepare=1 ;;
	*) usage ;;
	esac
	shift
	rest=("$@")
}

as_nobody=(setpriv --reuid=65534 --regid=65534 --clear-groups)

remove() {
	if findmnt -rn -o TARGET | grep -qF -- "$root/"; then
		echo "$0: something is still mounted below $root, so it stays" >&2
		return
	fi
	rm -rf --one-file-system -- "$root" "$root.log"
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

# keep NAME: the system as it is now goes into the cache, without this project. What is there under that
# name is complete: it gets it last.
keep() {
	local tar=$cache/$1.tar
	if [ -z "$cache" ] || [ -f "$tar" ]; then
		return 0
	fi
	mkdir -p "$cache"
	tar -c --numeric-owner --exclude=./src --exclude=./old -f "$tar.$$" -C "$root" . && mv "$tar.$$" "$tar"
}

# base: the system, from the cache, or made by debootstrap and then cached.
base() {
	local tar
	for tar in ${layer:+"$cache/$layer.tar"} "$cache/$suite.tar"; do
		if [ -z "$cache" ] || [ ! -f "$tar" ]; then
			continue
		fi
		say "a bare Debian $suite in $root, from $tar"
		tar -x -p --numeric-owner -f "$tar" -C "$root"
		return
	done
	say "a bare Debian $suite in $root, by debootstrap"
	# In a mount namespace of its own: it mounts proc below the root, and leaves it there when killed.
	if ! unshare --mount --propagation private debootstrap --variant=minbase "$suite" "$root" \
		${mirror:+"$mirror"} >"$root.log" 2>&1; then
		tail -20 "$root.log" >&2
		skip "debootstrap could not make a $suite" "--mirror URL, or a network"
	fi
	keep "$suite"
}

# make_root: Debian $suite in $root, with commit $ref of this project in /src.
make_root() {
	local conf
	[ -z "$cache" ] || cache=$(realpath -m -- "$cache")
	[ "$(id -u)" -eq 0 ] || skip "debootstrap needs root" "sudo $0 $suite"
	cd "$(dirname "$0")/.."
	if ! command -v debootstrap >/dev/null && [ -n "$install" ]; then
		{ apt-get update -qq && apt-get install -y -qq --no-install-recommends debootstrap; } >/dev/null 2>&1 || true
	fi
	command -v debootstrap >/dev/null || skip "no debootstrap" "apt-get install debootstrap, or --install"
	root=$(mktemp -d "${TMPDIR:-/tmp}/steadybridge-bare.XXXXXXXX")
	chmod 755 "$root"
	trap remove EXIT
	trap 'exit 130' INT TERM HUP
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
	[ ! -c /dev/net/tun ] || [ -c "$root/dev/net/tun" ] || mknod -m 666 "$root/dev/net/tun" c 10 200
	git archive "$ref" | tar -x -C "$root/src"
}

# enabled: links by which something is started at boot. Newer versions of dnsmasq-base depend on systemd;
# units that belong to systemd itself are not counted.
enabled() {
	(cd "$root" && find etc/systemd etc/rc*.d -type l | sort) | while read -r link; do
		grep -qs "/$(basename "$(readlink "$root/$link")")$" "$root/var/lib/dpkg/info/systemd.list" || echo "$link"
	done
}

# not_enabled_before LINKS: what is enabled now and was not when LINKS were listed.
not_enabled_before() {
	comm -13 <(echo "$1") <(enabled)
}
