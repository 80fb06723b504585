#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# layers.sh: proves that the rooms of the house know each other in one direction only, that no two files
# need each other, and that the pure rooms call nothing of clock, process or kernel. `make layers` builds
# what it looks at.
#
#	ci/layers.sh [BUILD]    BUILD holds the object files (default: build)
#
# 1. Every include is followed against ROOMS below. Nobody includes a test. check.h is included where
#    tests run: harness/run/worker.h, harness/test and suite/kernel.
# 2. A file, that is a .c with its header, includes no file that leads back to it.
# 3. Every symbol that a pure object file leaves undefined is either defined by another pure object
#    file, or stands in CALLS below: an allow list, so what nobody thought of is refused.
# 4. Before that, each is shown small violations in a scratch folder, and must refuse them.
set -u

# Each room and what it may include. suite is suite/kernel: facts of the kernel, as tests.
ROOMS='
base      base
trace     trace base
yaml      yaml base
scenario  scenario yaml trace base
schedule  schedule scenario trace base
explain   explain schedule scenario trace base
observed  observed trace base
judge     judge observed trace base
report    report judge observed trace base
html      html report judge observed trace base
run_history run_history html report judge trace base
net       net base
lab       lab net base
play      play lab net schedule scenario trace base
run       run play lab net html report judge schedule scenario trace base
host      host lab net scenario trace base
cli       cli host run play lab net report judge schedule scenario trace base
command   command cli host run play lab net run_history html report judge explain schedule scenario trace base
test      test command cli host run play lab net run_history html report judge observed explain schedule scenario yaml trace base
suite     suite test lab net base
'

# The pure object files; all others of a room may be called by nobody in here.
PURE='
harness/trace/*.c harness/yaml/*.c harness/scenario/*.c harness/schedule/*.c harness/explain/*.c
harness/observed/*.c harness/judge/*.c harness/report/*.c harness/html/*.c harness/run_history/*.c
harness/base/drop_format.c harness/base/err.c harness/base/mac.c harness/base/mem.c harness/base/rand.c harness/base/units.c
harness/base/name.c harness/base/utf8.c harness/base/words.c
'

# What they may call: nothing here opens, reads, writes, waits, or asks for the time or the process.
CALLS='
calloc free malloc realloc reallocarray strdup strndup
memchr memcmp memcpy memmem memmove memrchr memset
strcasecmp strcat strchr strchrnul strcmp strcpy strcspn strlen strncasecmp strncat strncmp strncpy
strnlen strpbrk strrchr strsep strspn strstr strtok_r
asprintf snprintf sscanf vasprintf vsnprintf vsscanf
atoi atol strtod strtol strtoll strtoul strtoull
strerror strerror_r strerrordesc_np strerrorname_np inet_ntop inet_pton errno_location
bsearch qsort qsort_r ctype_b_loc ctype_tolower_loc ctype_toupper_loc isalnum isalpha isdigit tolower
abort assert_fail stack_chk_fail
ceil exp fabs floor fmax fmin isnan isinf lgamma_r llrint llround log log10 log1p lrint lround pow rint round sqrt trunc
fnmatch
fy_diag_cfg_default fy_diag_create fy_diag_destroy fy_diag_errors_iterate fy_diag_set_collect_errors
fy_event_get_anchor_token fy_event_get_tag_token fy_event_get_token
fy_parser_create fy_parser_destroy fy_parser_event_free fy_parser_get_stream_error fy_parser_parse
fy_parser_set_string fy_token_get_text fy_token_scalar_style fy_token_start_mark
json_array json_array_append_new json_array_clear json_array_extend json_array_get json_array_insert_new
json_array_remove json_array_set_new json_array_size json_boolean_value json_copy json_deep_copy json_delete
json_dump_callback json_dumpb json_dumps json_equal json_false json_integer json_integer_value
json_load_callback json_loadb json_loads json_null json_number_value json_object json_object_clear
json_object_del json_object_get json_object_iter json_object_iter_key json_object_iter_next
json_object_iter_value json_object_key_to_iter json_object_set_new json_object_size json_object_update
json_object_update_existing json_object_update_missing json_pack json_pack_ex json_real json_real_value
json_sprintf json_string json_string_length json_string_value json_stringn json_true json_unpack
json_unpack_ex json_vsprintf
xmlBufferContent xmlBufferCreate xmlBufferFree xmlBufferLength xmlFreeTextWriter xmlNewTextWriterMemory
xmlTextWriterEndDocument xmlTextWriterEndElement xmlTextWriterSetIndent xmlTextWriterStartDocument
xmlTextWriterStartElement xmlTextWriterWriteAttribute xmlTextWriterWriteString
'

# The one exception: without memory nothing can be said or undone (harness/base/mem.h).
EXCEPT='
harness/base/mem.o write
harness/base/mem.o _exit
'

# Prints every include that goes against ROOMS, of the files below harness/ and suite/ here.
bad_includes() {
	# shellcheck disable=SC2016 # $ of awk
	find harness suite -name '*.[ch]' 2>/dev/null | sort | xargs awk -v rooms="$ROOMS" '
		BEGIN {
			n = split(rooms, line, "\n")
			for (i = 1; i <= n; i++) {
				m = split(line[i], word, " ")
				for (k = 2; k <= m; k++)
					may[word[1], word[k]] = 1
				if (m)
					known[word[1]] = 1
			}
		}
		FNR == 1 {
			split(FILENAME, part, "/")
			room = part[1] == "suite" ? "suite" : part[2]
			if (!(room in known) && !told[room]++)
				print FILENAME ": room " room " is not in the list of ci/layers.sh"
		}
		/^[ \t]*#[ \t]*include[ \t]/ {
			name = $0
			sub(/^[^"<]*["<]/, "", name)
			ours = $0 ~ /^[^<]*"/
			sub(/[">].*$/, "", name)
			split(name, to, "/")
			if (name == "check.h" && room != "test" && room != "suite" &&
			    FILENAME != "harness/run/worker.h")
				print FILENAME ":" FNR ": check.h belongs where tests run"
			else if (to[1] in known && name ~ /\//) {
				if (!((room, to[1]) in may))
					print FILENAME ":" FNR ": " room " must not know " to[1] " (" name ")"
			} else if (ours || name ~ /\.\./ || name ~ /^harness\//)
				print FILENAME ":" FNR ": " name ": an include of ours begins with its room"
		}'
}

# Prints each loop of files that include each other, as its files on one line. A file and its header
# are one; what both reach and are reached from stands in one loop.
bad_loops() {
	# shellcheck disable=SC2016 # $ of awk
	find harness suite -name '*.[ch]' 2>/dev/null | sort | xargs awk '
		function stem(path) {
			sub(/[.][ch]$/, "", path)
			return path
		}
		FNR == 1 { file = stem(FILENAME); if (!(file in number)) { number[file] = ++n; files[n] = file } }
		/^#include "/ {
			name = $2
			gsub(/"/, "", name)
			to = stem(name ~ /^suite\// ? name : "harness/" name)
			if (to != file && !((file, to) in edge)) {
				edge[file, to] = 1
				out[file] = out[file] " " to
			}
		}
		# Marks whatever leads on from a file.
		function reach(from, at,    word, i, m) {
			m = split(out[at], word, " ")
			for (i = 1; i <= m; i++)
				if (!((from, word[i]) in reached)) {
					reached[from, word[i]] = 1
					reach(from, word[i])
				}
		}
		END {
			for (i = 1; i <= n; i++)
				reach(files[i], files[i])
			for (i = 1; i <= n; i++) {
				if (!((files[i], files[i]) in reached) || done[i])
					continue
				loop = ""
				for (k = i; k <= n; k++)
					if ((files[i], files[k]) in reached && (files[k], files[i]) in reached) {
						done[k] = 1
						loop = loop " " files[k]
					}
				print "a loop of includes:" loop
			}
		}'
}

# Prints every call of a pure object file that is not allowed. $1: the folder with the object files.
bad_calls() {
	objects=
	# shellcheck disable=SC2086 # patterns
	for source in $(printf '%s ' $PURE); do
		[ -f "$source" ] || continue
		object=$1/${source%.c}.o
		if [ ! -f "$object" ]; then
			echo "$object: not built"
			continue
		fi
		objects="$objects $object"
	done
	# shellcheck disable=SC2086 # a list
	[ -z "$objects" ] || nm -A -P $objects | awk -v calls="$CALLS" -v except="$EXCEPT" -v folder="$1/" '
		BEGIN {
			n = split(calls, word)
			for (i = 1; i <= n; i++)
				may[word[i]] = 1
			n = split(except, word)
			for (i = 1; i < n; i += 2)
				excepted[word[i], word[i + 1]] = 1
		}
		{
			file = $1
			sub(/:$/, "", file)
			name = $2
			if ($3 != "U" && $3 != "w" && $3 != "v") {
				if ($3 ~ /^[A-Z]$/)
					here[name] = 1
				next
			}
			used[++uses] = file " " name
		}
		# Names that a hardened build or another libc gives to the same functions.
		function plain(name) {
			sub(/^__isoc(99|23)_/, "", name)
			sub(/^__/, "", name)
			sub(/_chk$/, "", name)
			return name
		}
		END {
			for (i = 1; i <= uses; i++) {
				split(used[i], u, " ")
				object = substr(u[1], length(folder) + 1)
				if (u[2] in here || u[2] in may || plain(u[2]) in may ||
				    (object, u[2]) in excepted || u[2] ~ /^__(asan|ubsan|sanitizer)_/ ||
				    u[2] == "_GLOBAL_OFFSET_TABLE_")
					continue
				print u[1] ": calls " u[2] ", which is not pure"
			}
		}'
}

# Writes file $1 with text $2 in the scratch folder and expects the check $3 to say $4.
try() {
	mkdir -p "${1%/*}"
	printf '%s\n' "$2" >"$1"
	case $1 in
	*.c)
		mkdir -p "build/${1%/*}"
		"${CC:-cc}" -Wno-implicit-function-declaration -w -c -o "build/${1%.c}.o" "$1" 2>/dev/null ||
			[ "$3" = bad_includes ] || exit 1
		;;
	esac
	said=$("$3" build)
	rm -rf harness suite build
	case $said in
	*"$4"*) tried=$((tried + 1)) ;;
	*)
		echo "ci/layers.sh: this went unnoticed: $1: $2"
		[ -z "$said" ] || echo "  instead: $said"
		exit 1
		;;
	esac
}

show_violations() {
	scratch=$(mktemp -d) || exit 1
	trap 'rm -rf "$scratch"' EXIT
	cd "$scratch" || exit 1
	tried=0
	try harness/judge/a.c '#include "play/player.h"' bad_includes 'judge must not know play'
	try harness/judge/a.h '# include <lab/lab.h>' bad_includes 'judge must not know lab'
	try harness/lab/a.c '#include "judge/judge.h"' bad_includes 'lab must not know judge'
	try harness/base/a.h '#include "trace/trace.h"' bad_includes 'base must not know trace'
	try harness/play/a.c '#include "run/pool.h"' bad_includes 'play must not know run'
	try harness/run/a.c '#include "cli/options.h"' bad_includes 'run must not know cli'
	try harness/host/a.c '#include "run/pool.h"' bad_includes 'host must not know run'
	try harness/command/a.c '#include "test/kit/ctest.h"' bad_includes 'command must not know test'
	try suite/kernel/a.c '#include "play/player.h"' bad_includes 'suite must not know play'
	mkdir -p harness/run && printf '#include "run/a.h"\n' >harness/run/b.c
	try harness/run/a.h '#include "run/b.h"' bad_loops 'a loop of includes: harness/run/a harness/run/b'
	try harness/report/a.c '#include "scenario/scenario.h"' bad_includes 'report must not know scenario'
	try harness/judge/a.c '#include <check.h>' bad_includes 'check.h belongs where tests run'
	try harness/judge/a.c '#include "../play/player.h"' bad_includes 'begins with its room'
	try harness/judge/a.c '#include "judge.h"' bad_includes 'begins with its room'
	try harness/kitchen/a.c '' bad_includes 'room kitchen is not in the list'
	try harness/judge/a.c 'long time(long *); long a(void) { return time(0); }' bad_calls 'calls time'
	try harness/report/a.c 'int printf(const char *, ...); int a(int n) { return printf("%d", n); }' bad_calls 'calls printf'
	try harness/scenario/a.c 'int open(const char *, int, ...); int a(void) { return open("x", 0); }' bad_calls 'calls open'
	try harness/trace/a.c 'long a_clock(void); long clock_now_ns(void); long a(void) { return clock_now_ns(); }' bad_calls 'calls clock_now_ns'
	try harness/trace/a.c 'int getpid(void); int (*a)(void) = getpid;' bad_calls 'calls getpid'
	try harness/base/err.c 'long write(int, const void *, long); long a(void) { return write(2, "", 0); }' bad_calls 'calls write'
	try harness/base/mem.c 'int fork(void); int a(void) { return fork(); }' bad_calls 'calls fork'
	cd - >/dev/null || exit 1
	rm -rf "$scratch"
	trap - EXIT
}

case $0 in
*/*) cd "${0%/*}/.." || exit 1 ;;
*) cd .. || exit 1 ;;
esac
build=${1:-build}
if ! command -v nm >/dev/null; then
	echo "ci/layers.sh: no nm (binutils)" >&2
	exit 1
fi
show_violations
bad=$(bad_includes && bad_loops && bad_calls "$build")
if [ -n "$bad" ]; then
	echo "$bad"
	echo "layers: NOT OK, $(echo "$bad" | wc -l) violations"
	exit 1
fi
files=$(find harness suite -name '*.[ch]' | wc -l)
# shellcheck disable=SC2086 # patterns
pure=$(printf '%s\n' $PURE | grep -c '[.]c$')
echo "layers: ok ($files files, $pure pure object files; $tried violations made on purpose were seen)"
