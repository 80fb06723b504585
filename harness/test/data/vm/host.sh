# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh
# host.sh: a copy of ci/ in a folder of its own, with stand-ins for what it calls. VM is its ci/vm.
D=$(mktemp -d /tmp/sb-vm-XXXXXX)
trap 'rm -rf "$D"' EXIT
mkdir -p "$D/bin" "$D/build" "$D/tree/scripts/kconfig"
cp -R "$STEADYBRIDGE_DATA/ci" "$D/ci"
cd "$D/bin" || exit
tee qemu-system-x86_64 busybox cpio modprobe depmod apt-cache apt-get dpkg-deb make gcc flex bison bc \
	merge_config.sh ../build/steadybridge ../tree/scripts/kconfig/merge_config.sh \
	<"$STEADYBRIDGE_DATA/harness/test/data/vm/standin" >/dev/null
chmod +x ./* ../build/* ../tree/scripts/kconfig/*
: >"$D/bzImage"
: >"$D/calls"
PATH="$D/bin:/usr/bin:/bin" VM=$D/ci/vm GUEST=0
export D PATH VM GUEST
cd "$D/tree" || exit
