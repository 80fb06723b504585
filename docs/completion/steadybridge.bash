# bash completion of steadybridge(1): commands, their options, scenarios, cases and subjects, as
# steadybridge itself names them.
# SPDX-License-Identifier: GPL-2.0-or-later

_steadybridge_words() {
	local command=$1 before=$2 current=$3
	case $before in
	--subject) steadybridge list --subjects 2>/dev/null | sed 's/ .*//' && return ;;
	--capture) echo 'always never failed' && return ;;
	--exit) echo 'bisect kselftest 77' && return ;;
	--seed | --pace | --jobs | -j | --repeat | --shard | --set | --filter | --since) return ;;
	esac
	if [[ $current = -* ]]; then
		steadybridge "$command" --help 2>/dev/null | grep -oE '^  (-., )?--[a-z-]+' | grep -oE -- '--[a-z-]+'
	elif [ "$command" = inspect ] || [ "$command" = watch ]; then
		ip -o link show type bridge 2>/dev/null | sed 's/^[0-9]*: \([^:@]*\).*/\1/'
	elif [ "$command" != lint ] && [ "$command" != replay ] && [ "$command" != merge ] && [ "$command" != history ]; then
		steadybridge list --all 2>/dev/null | sed -n 's/^  \([^ ]*\).*/\1/p; s/^\([^ ]*\): .*/\1/p'
	fi
}

_steadybridge() {
	local current before words cut
	# a case's name holds "=" and ":", at which bash would break it
	current=${COMP_LINE:0:COMP_POINT}
	before=${COMP_WORDS[COMP_CWORD - 1]}
	current=${current##* }
	if [ "$COMP_CWORD" -eq 1 ]; then
		words="$(steadybridge help 2>/dev/null | sed -n 's/^  \([a-z]*\) .*/\1/p') --version --help"
	else
		words=$(_steadybridge_words "${COMP_WORDS[1]}" "$before" "$current")
	fi
	mapfile -t COMPREPLY < <(compgen -W "$words" -- "$current")
	case $COMP_CWORD:$before in
	1:*) ;;
	*:--out | *:--tool | *:--subject | *:--html | *:replay | *:merge | *:history) mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -- "$current") ;;
	*) mapfile -t -O "${#COMPREPLY[@]}" COMPREPLY < <(compgen -f -X '!*.yaml' -- "$current") ;;
	esac
	cut=${current%"${current##*[=:]}"}
	COMPREPLY=("${COMPREPLY[@]#"$cut"}")
}
complete -o filenames -F _steadybridge steadybridge
