#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# lint.sh: what tools say of the source. `make lint` and `make analyze` call it.
#
#	CPPFLAGS=... ci/lint.sh lint|analyze FILE...
#
# lint: clang-format, cppcheck, shellcheck, width of Markdown, SPDX lines: seconds. analyze: clang-tidy by .clang-tidy, gcc -fanalyzer:
# minutes. Each tells its findings and its time; the same as TAP in build/lint.tap or build/analyze.tap.
# One that is not there is skipped, with what brings it. Exit status: 1 when one found something.
# shellcheck disable=SC2016,SC2317 # what `each` and `step` are given runs later
set -u
cd "$(dirname "$0")/.." || exit 1
[ $# -ge 2 ] || {
	echo "usage: ci/lint.sh lint|analyze FILE..." >&2
	exit 2
}
what=$1
shift
files="$*"
sources=$(printf '%s\n' "$@" | grep '[.]c$')
cpus=$(getconf _NPROCESSORS_ONLN)
tap=build/$what.tap
mkdir -p build
export files sources

clang_format() {
	# shellcheck disable=SC2086 # a list
	clang-format --dry-run -Werror $files
}

cppcheck_() {
	# shellcheck disable=SC2086 # a list
	cppcheck -q --error-exitcode=9 --enable=warning,portability --inline-suppr -j "$cpus" \
		--suppress=preprocessorErrorDirective --suppress=nullPointerOutOfMemory \
		--suppress=ctunullpointer -Iharness -I. $sources
}

shellcheck_() {
	shellcheck .ci/run ci/*.sh ci/kselftest/*.sh ci/container ci/try-package ci/try-subjects ci/vm ci/vm-apt ci/vm-build ci/vm-init ci/vm-guest bench/*.sh fixtures/new-subject.sh \
		harness/test/data/golden/*.sh harness/test/data/kselftest/lib.sh \
		fixtures/subjects/*/subject harness/test/data/vm/* harness/test/data/subjects/good harness/test/data/subjects/*/subject
}

# Lines of Markdown that are wider than 100 columns. Tables and code blocks may be, and a line of one
# word, such as a URL. UTF-8 is counted by characters.
wide_lines() {
	LC_ALL=C awk '
		FNR == 1 { fence = code = 0; blank = 1 }
		/^ *```/ { fence = !fence; next }
		{
			code = /^(    |\t)/ && (code || blank)
			blank = /^[ \t]*$/
			line = text = $0
			gsub(/[\200-\277]/, "", line)
			sub(/^ *([-*]|[0-9]+[.])? +/, "", text)
			if (length(line) > 100 && !fence && !code && line !~ /^ *[|]/ && text ~ / /)
				printf "%s:%d: %d columns; expected at most 100\n", FILENAME, FNR, length(line)
		}' "$@"
}

markdown() {
	sample=$(printf '%080d' 0)
	[ "$(printf 'x\n%s %s\n' "$sample" "$sample" | wide_lines | wc -l)" = 1 ] &&
		[ -z "$(printf '| %s | %s |\n\n    %s %s\n```\n%s %s\n```\n- %s%s\n' "$sample" "$sample" \
			"$sample" "$sample" "$sample" "$sample" "$sample" "$sample" | wide_lines)" ] ||
		echo "ci/lint.sh: the check of Markdown itself does not find a wide line, or finds too many"
	find . -name '*.md' ! -path './build/*' ! -path './out/*' ! -path './harness/test/data/*' |
		while read -r f; do wide_lines "${f#./}"; done
}

# Every source names its licence; what `new --subject` copies is the user's own.
spdx() {
	find Makefile bench ci debian/rules fixtures harness suite .ci -name data -prune -o -type f \( -name '*.[ch]' -o -name '*.sh' \
		-o -name '*.py' -o -name Makefile -o -perm /100 \) ! -name new-subject.sh \
		-exec grep -L '^[/#][*]\{0,1\} SPDX-License-Identifier: GPL-2.0-or-later' {} + |
		sed 's/$/: found no line SPDX-License-Identifier: GPL-2.0-or-later/'
}

zsh_() {
	zsh -n docs/completion/_steadybridge 2>&1
}

# Each file by itself, as many at once as there are CPUs. xargs ends with 123 when one of them failed.
each() {
	printf '%s\n' "$sources" | xargs -P "$cpus" -n 1 sh -c "$1" sh
}

# In the tests memory that is not there ends the test, which then has failed; so it may. They are also
# half of the lines, and what their assertions unfold into takes clang's analyzer minutes.
clang_tidy() {
	each 'case $1 in harness/test/* | suite/kernel/*) but=-clang-analyzer-* ;; *) but= ;; esac
		eval "clang-tidy -quiet --checks=\"$but\" $1 -- $CPPFLAGS -std=gnu11" 2>&1' |
		grep -v '^[0-9]* warnings\? \(and [0-9]* errors\? \)\?\(generated\|treated\)\|^Suppressed '
}

# In mem.c gcc 12 does not know that vasprintf() writes the pointer it is given.
gcc_analyzer() {
	each 'case $1 in
		harness/test/* | suite/kernel/*) set -- "$1" -Wno-analyzer-possible-null-argument \
			-Wno-analyzer-possible-null-dereference ;;
		harness/base/mem.c) set -- "$1" -Wno-analyzer-null-argument ;;
		esac
		eval "gcc -fanalyzer -Werror -c -o /dev/null $CPPFLAGS -std=gnu11 $*"' 2>&1
}

# step NAME COMMAND PACKAGE FUNCTION: silence is what the tools are asked for.
step() {
	n=$((n + 1))
	if ! command -v "$2" >/dev/null; then
		why="$2 is missing: apt-get install $3 (or ci/setup.sh lint)"
		echo "SKIP  $what/$1: $why"
		lines="${lines}ok $n - $what/$1 # SKIP $why
"
		return
	fi
	begin=$(date +%s)
	said=$("$4" 2>&1)
	took=$(($(date +%s) - begin))
	if [ -z "$said" ]; then
		echo "ok    $what/$1: nothing found, $took s"
		lines="${lines}ok $n - $what/$1 # $took s
"
	else
		bad=1
		echo "$said"
		echo "FAIL  $what/$1: see above, $took s"
		lines="${lines}not ok $n - $what/$1 # $took s
"
	fi
}

n=0 bad=0 lines=
case $what in
lint)
	step clang-format clang-format clang-format clang_format
	step cppcheck cppcheck cppcheck cppcheck_
	step shellcheck shellcheck shellcheck shellcheck_
	step markdown awk mawk markdown
	step spdx find findutils spdx
	step zsh zsh zsh zsh_
	;;
analyze)
	step clang-tidy clang-tidy clang-tidy clang_tidy
	step gcc-analyzer gcc gcc gcc_analyzer
	;;
*)
	echo "ci/lint.sh: unknown: '$what'" >&2
	exit 2
	;;
esac
printf 'TAP version 13\n1..%u\n%s' "$n" "$lines" >"$tap"
exit "$bad"
