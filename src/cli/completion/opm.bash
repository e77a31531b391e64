# bash completion for opm. To load it in every shell:
#   opm completion bash > ~/.local/share/bash-completion/completions/opm
_opm() {
  # bash takes words apart at : = and @, which stand in references: they are put together again as they are in the line
  local line=${COMP_LINE-${COMP_WORDS[*]}} words=() piece cur broken i
  local rest=${line:0:${COMP_POINT:-${#line}}}
  for ((i = 0; i <= COMP_CWORD; i++)); do
    if [[ $i -eq 0 || $rest == [[:space:]]* ]]; then
      rest=${rest#"${rest%%[![:space:]]*}"}
      words+=("")
    fi
    piece=${COMP_WORDS[i]}
    [[ $i -eq $COMP_CWORD ]] && piece=$rest
    words[${#words[@]} - 1]+=$piece
    rest=${rest#"$piece"}
  done
  cur=${words[${#words[@]} - 1]}
  # bash puts what is offered behind the last of these
  broken=${cur%"${cur##*[:=@]}"}
  [[ $COMP_WORDBREAKS == *:* ]] || broken=
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :files) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -f -- "${cur#"$broken"}"); return ;;
      :folders) compopt -o filenames; mapfile -t COMPREPLY < <(compgen -d -- "${cur#"$broken"}"); return ;;
      ?*)
        line=${line%%$'\t'*}
        [[ $line == *[/:@] ]] && compopt -o nospace
        COMPREPLY+=("${line#"$broken"}")
        ;;
    esac
  done < <("${COMP_WORDS[0]}" complete -- "${words[@]:1}" 2>/dev/null)
}
complete -F _opm opm
