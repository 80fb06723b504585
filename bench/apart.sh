# SPDX-License-Identifier: GPL-2.0-or-later
# apart.sh: sourced first by what makes interfaces and names: it starts the script again in a network
# and a mount namespace of its own, so that the host's are never touched. Nested, it does nothing.
# shellcheck shell=bash
if [ "${BENCH_APART:-}" != "$(readlink /proc/self/ns/net) $(readlink /proc/self/ns/mnt)" ]; then
	# shellcheck disable=SC2016 # expanded inside
	exec unshare --net --mount -- bash -c '
		BENCH_APART="$(readlink /proc/self/ns/net) $(readlink /proc/self/ns/mnt)"
		export BENCH_APART
		mount -t tmpfs -o mode=755 tmpfs /run && exec bash "$0" "$@"' "$0" "$@"
fi
