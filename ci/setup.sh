#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# setup.sh: installs what is missing, builds, and does what `make check` or `make test` does.
#
#	sudo ci/setup.sh check|test [ARGUMENT...]
#	sudo ci/setup.sh tools          installs what these need, and no more
#	sudo ci/setup.sh lint           installs what `make lint analyze fuzz valgrind` use, and no more
#	sudo ci/setup.sh subjects       installs the real tools that CI plays by `check --subjects`;
#	                                with --all those of every folder of fixtures/subjects
#
# Arguments after the first go to the program that is run. `test` also installs readers of the formats
# that steadybridge writes; without them (no root, no apt-get) it runs all the same, and the tests that
# need them are skipped, each with its remedy. With everything there, nothing is installed
# and no package list is fetched. Libraries and programs only: no service is installed, enabled or
# started. What `subjects` installs has services: they are not started, and what enables them is removed
# again and named. Exit status: that of the program; 2 wrong usage; 4 something is missing and could not be
# installed, or the build failed.
set -u
PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin" # not in every user's PATH, and not after a plain `su`
export PATH

usage() {
	echo "usage: ci/setup.sh check|test [ARGUMENT...], or ci/setup.sh tools|lint|subjects [--all]" >&2
	exit 2
}

say() {
	echo "ci/setup.sh: $*" >&2
}

has() {
	command -v "$1" >/dev/null 2>&1
}

has_compiler() {
	has "${cc%% *}"
}

compiles() {
	# shellcheck disable=SC2086 # CC may hold options
	has_compiler && echo 'int main(void) { return 0; }' |
		$cc -x c -include stdio.h -include linux/if_link.h -o /dev/null - 2>/dev/null
}

is_gnu_make() {
	has make && make --version 2>/dev/null | grep -q 'GNU Make'
}

finds() {
	has pkg-config && pkg-config --exists "$1" 2>/dev/null
}

# Each thing that is needed, by a name of its own: NAMES below says what brings it.
missing() {
	has_compiler || echo cc
	compiles || echo libc
	is_gnu_make || echo make
	has pkg-config || echo pkg-config
	finds check || echo check
	finds libnl-3.0 || echo nl
	finds libnl-route-3.0 || echo nl-route
	finds libfyaml || echo fyaml
	finds libpcap || echo pcap
	finds jansson || echo jansson
	finds libxml-2.0 || echo xml
	has dnsmasq || echo dnsmasq
	has iptables-nft-restore || has iptables-restore || has iptables-legacy-restore || echo iptables
	has ip || echo ip
}

# What the tests of formats read with; nothing is refused without it.
wished() {
	/usr/bin/python3 -c 'import jsonschema' 2>/dev/null || echo jsonschema
	/usr/bin/python3 -c 'import yaml' 2>/dev/null || echo yaml
	has tcpdump || echo tcpdump
	has perl && perl -MTAP::Parser -e1 2>/dev/null || echo perl
	has mandoc || echo mandoc
	has ping || has busybox || echo ping
}

# What looks for mistakes in the source and at run time; without one, its step is skipped.
linters() {
	has clang-format || echo clang-format
	has clang-tidy || echo clang-tidy
	has cppcheck || echo cppcheck
	has shellcheck || echo shellcheck
	has valgrind || echo valgrind
	has zsh || echo zsh
	has gcc || echo gcc
	has clang || echo clang
	! has clang || echo 'int LLVMFuzzerTestOneInput(void) { return 0; }' |
		clang -x c -fsanitize=fuzzer,address -o /dev/null - 2>/dev/null || echo libfuzzer
}

# Real tools that make bridges, by the names of their folders: those that CI plays, which must be had, and
# others.
PLAYED='netavark cni networkd brctl ifupdown lxc'
OTHERS='docker podman podman-cni libvirt libvirt-qemu lxd networkmanager qemu-bridge-helper'
subjects() {
	for thing in $PLAYED ${all:+$OTHERS}; do
		status=0
		fixtures/subjects/"$thing"/subject needs >/dev/null 2>&1 || status=$?
		[ $status -ne 77 ] || echo "$thing"
	done
	[ -x /lib/systemd/systemd-udevd ] || echo udevd # they are also played beside it
}

# thing     Debian, Ubuntu    Fedora, RHEL         Arch      Alpine       openSUSE
NAMES='
cc          gcc               gcc                  gcc       gcc          gcc
libc        libc6-dev         glibc-devel          glibc     musl-dev,linux-headers  glibc-devel
make        make              make                 make      make         make
pkg-config  pkg-config        pkgconf-pkg-config   pkgconf   pkgconf      pkg-config
check       check             check-devel          check     check-dev    check-devel
nl          libnl-3-dev       libnl3-devel         libnl     libnl3-dev   libnl3-devel
nl-route    libnl-route-3-dev libnl3-devel         libnl     libnl3-dev   libnl3-devel
fyaml       libfyaml-dev      libfyaml-devel       libfyaml  libfyaml-dev libfyaml-devel
pcap        libpcap-dev       libpcap-devel        libpcap   libpcap-dev  libpcap-devel
jansson     libjansson-dev    jansson-devel        jansson   jansson-dev  libjansson-devel
xml         libxml2-dev       libxml2-devel        libxml2   libxml2-dev  libxml2-devel
dnsmasq     dnsmasq-base      dnsmasq              dnsmasq   dnsmasq      dnsmasq
iptables    iptables          iptables-nft         iptables  iptables     iptables
ip          iproute2          iproute              iproute2  iproute2     iproute2
jsonschema  python3-jsonschema python3-jsonschema  python-jsonschema py3-jsonschema python3-jsonschema
yaml        python3-yaml      python3-pyyaml       python-yaml py3-yaml   python3-PyYAML
tcpdump     tcpdump           tcpdump              tcpdump   tcpdump      tcpdump
perl        perl              perl-Test-Harness    perl      perl-utils   perl
mandoc      mandoc            mandoc               mandoc    mandoc       mandoc
ping        iputils-ping      iputils              iputils   iputils-ping iputils
clang       clang             clang                clang     clang        clang
libfuzzer   libclang-rt-dev   compiler-rt          compiler-rt compiler-rt clang
clang-format clang-format     clang-tools-extra    clang     clang-extra-tools clang
clang-tidy  clang-tidy        clang-tools-extra    clang     clang-extra-tools clang-tools
cppcheck    cppcheck          cppcheck             cppcheck  cppcheck     cppcheck
shellcheck  shellcheck        ShellCheck           shellcheck shellcheck  ShellCheck
valgrind    valgrind          valgrind             valgrind  valgrind     valgrind
zsh         zsh               zsh                  zsh       zsh          zsh
netavark    netavark,nftables netavark,nftables    netavark,nftables netavark,nftables netavark,nftables
cni         containernetworking-plugins containernetworking-plugins cni-plugins cni-plugins cni-plugins
networkd    systemd           systemd-networkd     systemd   -            systemd-networkd
udevd       udev              systemd-udev         systemd   -            udev
brctl       bridge-utils      bridge-utils         bridge-utils bridge-utils bridge-utils
ifupdown    ifupdown,bridge-utils -                -         -            -
lxc         lxc               lxc                  lxc       lxc          lxc
docker      docker.io,docker-cli?,crun,busybox-static moby-engine,crun,busybox docker,crun,busybox docker,crun,busybox-static docker,crun,busybox-static
podman      podman,crun,netavark,busybox-static podman,crun,netavark,busybox podman,crun,netavark,busybox podman,crun,netavark,busybox-static podman,crun,netavark,busybox-static
podman-cni  podman,crun,containernetworking-plugins,busybox-static - - - -
libvirt     libvirt-daemon-system,libvirt-clients libvirt-daemon-driver-network,libvirt-client libvirt libvirt-daemon,libvirt-client libvirt-daemon-driver-network,libvirt-client
libvirt-qemu libvirt-daemon-system,libvirt-clients,qemu-system-x86 libvirt-daemon-driver-network,libvirt-daemon-driver-qemu,libvirt-client,qemu-system-x86 libvirt,qemu-system-x86 libvirt-daemon,libvirt-client,qemu-system-x86_64 libvirt-daemon-driver-network,libvirt-daemon-driver-qemu,libvirt-client,qemu-x86
lxd         lxd?,lxd-client?  -                    lxd       lxd,lxd-client lxd
qemu-bridge-helper qemu-system-x86 qemu-system-x86 qemu-system-x86 qemu-system-x86_64,qemu-bridge-helper qemu-x86
networkmanager network-manager,dbus NetworkManager networkmanager networkmanager NetworkManager
'

# The packages of column $2 for the things named in $1, each once, on one line.
packages() {
	echo "$NAMES" | awk -v want="$1" -v column="$2" '
		BEGIN { n = split(want, list, /[ \n]+/); for (i = 1; i <= n; i++) wanted[list[i]] = 1 }
		NF && wanted[$1] && $column != "-" && !seen[$column]++ {
			gsub(/,/, " ", $column); printf "%s%s", sep, $column; sep = " "
		}'
}

list_things() {
	echo "$1" | tr '\n' ' ' | sed 's/ $//'
}

name_for_others() {
	things=$1
	say "missing: $(list_things "$things")"
	say "no apt-get here, so nothing was installed; what brings it:"
	for line in "3 dnf install" "4 pacman -S --needed" "5 apk add" "6 zypper install"; do
		column=${line%% *} command=${line#* }
		if has "${command%% *}"; then
			echo "    $command $(packages "$things" "$column")" >&2
			[ "$column" = 3 ] && echo "    (RHEL and its kin: some of these are in CRB and EPEL)" >&2
			exit 4
		fi
	done
	cat >&2 <<-END
	    Fedora, RHEL  dnf install $(packages "$things" 3)
	    Arch          pacman -S --needed $(packages "$things" 4)
	    Alpine        apk add $(packages "$things" 5)
	    openSUSE      zypper install $(packages "$things" 6)
	END
	exit 4
}

# Without those that end in "?" and that this release does not have.
existing() {
	for package; do
		case $package in
		*\?) apt-cache show "${package%\?}" >/dev/null 2>&1 || continue ;;
		esac
		printf '%s ' "${package%\?}"
	done
}

install_by_apt() {
	# shellcheck disable=SC2046 # a list of words
	wanted=$(existing $(packages "$1" 2))
	if [ "$(id -u)" -ne 0 ]; then
		say "missing: $(list_things "$1")"
		say "to install it: sudo apt-get install --no-install-recommends $wanted"
		say "or start this script with sudo, which does that"
		exit 4
	fi
	say "installing $wanted (this may take a minute)"
	export DEBIAN_FRONTEND=noninteractive
	log=$(mktemp) || exit 4
	trap 'rm -f "$log"' EXIT
	apt-get update -qq >"$log" 2>&1 ||
		say "apt-get update failed: $(tail -n 1 "$log"); going on with the package lists that are there"
	# shellcheck disable=SC2046 # a list of words
	wanted=$(existing $(packages "$1" 2))
	# shellcheck disable=SC2086 # a list of words
	if ! apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=120 -o Dpkg::Use-Pty=0 \
		$wanted >"$log" 2>&1 </dev/null; then
		tail -n 20 "$log" >&2
		say "apt-get could not install $wanted"
		say "(Debian 12, Ubuntu 22.04 or later have all of them; on Ubuntu libfyaml-dev is in 'universe')"
		exit 4
	fi
}

# What starts something at boot.
boot_links() {
	find /etc/systemd /etc/rc[0-9S].d -type l 2>/dev/null | sort
}

# What asks whether a service may be started is told no, until this is undone.
forbid_services() {
	policy=/usr/sbin/policy-rc.d
	links=$(boot_links)
	trap allow_services EXIT
	trap 'exit 130' INT TERM HUP
	[ ! -e $policy ] || mv -f $policy $policy.before
	printf '#!/bin/sh\nexit 101\n' >$policy && chmod 755 $policy || exit 4
}

# shellcheck disable=SC2317 # a trap calls it
allow_services() {
	rm -f "$policy"
	[ ! -e "$policy.before" ] || mv -f "$policy.before" "$policy"
	removed=
	for link in $(boot_links); do
		echo "$links" | grep -qxF "$link" || { rm -f "$link" && removed="$removed $link"; }
	done
	[ -z "$removed" ] || say "removed, so that nothing is started at boot:$removed"
}

[ $# -ge 1 ] || usage
target=$1
shift
case $target in
check | test | tools | lint | subjects) ;;
-h | --help) usage ;;
*)
	say "unknown: '$target'"
	usage
	;;
esac
case $0 in
*/*) cd "${0%/*}/.." || exit 4 ;;
*) cd .. || exit 4 ;;
esac

cc=${CC:-cc}
if [ "$target" = lint ]; then
	# shellcheck disable=SC2034 # twice: clang may come without libFuzzer, which shows only then
	for round in 1 2; do
		things=$(linters)
		[ -n "$things" ] || exit 0
		has apt-get || name_for_others "$things"
		(install_by_apt "$things") || exit 4
	done
	things=$(linters)
	[ -z "$things" ] || say "still missing: $(list_things "$things")"
	[ -z "$things" ] && exit 0 || exit 4
fi
if [ "$target" = subjects ]; then
	all=
	case $* in '') ;; --all) all=yes ;; *) usage ;; esac
	things=$(subjects)
	[ -n "$things" ] || exit 0
	has apt-get || name_for_others "$things"
	[ "$(id -u)" -ne 0 ] || forbid_services
	(install_by_apt "$things") || exit 4
	things=$(subjects)
	[ -z "$things" ] || say "still missing: $(list_things "$things")"
	all=
	[ -z "$(subjects)" ] && exit 0 || exit 4
fi
things=$(missing)
if [ -n "$things" ]; then
	has apt-get || name_for_others "$things"
	install_by_apt "$things"
	things=$(missing)
	if [ -n "$things" ]; then
		say "installed, and yet missing: $(list_things "$things")"
		exit 4
	fi
fi

if [ "$target" = test ] && [ "$(id -u)" -eq 0 ] && has apt-get; then
	things=$(wished)
	[ -z "$things" ] || (install_by_apt "$things") ||
		say "going on without $(list_things "$things"): some tests are skipped"
fi

[ "$target" != tools ] || exit 0
make -s -j"$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)" all || exit 4

# What `make check` and `make test` run, but make would turn every failure's status into 2.
case $target in
check) build/steadybridge check "$@" ;;
test) build/steadybridge-test --tap build/test-results.tap "$@" ;;
esac
status=$?

# What root built for a user belongs to the user, who can then build and read it without root.
if [ "$(id -u)" -eq 0 ] && [ "${SUDO_UID:-0}" -ne 0 ]; then
	for made in build out; do
		[ -L "$made" ] || [ ! -d "$made" ] || chown -R -h "$SUDO_UID:${SUDO_GID:-$SUDO_UID}" "$made"
	done
fi
exit "$status"
