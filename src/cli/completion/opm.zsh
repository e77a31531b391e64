#compdef opm
# zsh completion for opm. To load it in every shell, in a folder of $fpath:
#   opm completion zsh > ~/.zfunc/_opm
_opm() {
  local line
  local -a candidates
  for line in "${(@f)$("${words[1]}" complete -- "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    case $line in
      :files) _files; return ;;
      :folders) _files -/; return ;;
      ?*) candidates+=("${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}") ;;
    esac
  done
  _describe opm candidates
}
if [[ ${funcstack[1]} == _opm ]]; then _opm "$@"; else compdef _opm opm; fi
