#compdef opm
# zsh completion for opm. To load it in every shell, in a folder of $fpath:
#   opm completion zsh > ~/.zfunc/_opm
_opm() {
  local line value
  local -a candidates beginnings
  for line in "${(@f)$("${words[1]}" complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    value=${line%%$'\t'*}
    case $line in
      :files) _files; return ;;
      :folders) _files -/; return ;;
      *[/:@]$'\t'*) beginnings+=("${value//:/\\:}:${line#*$'\t'}") ;;
      ?*) candidates+=("${value//:/\\:}:${line#*$'\t'}") ;;
    esac
  done
  # more follows: no space behind these
  _describe opm candidates -- beginnings -S ''
}
if [[ ${funcstack[1]} == _opm ]]; then _opm "$@"; else compdef _opm opm; fi
