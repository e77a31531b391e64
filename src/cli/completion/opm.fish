# fish completion for opm. To load it in every shell:
#   opm completion fish > ~/.config/fish/completions/opm.fish
function __opm_complete
    set -l words (commandline -opc) (commandline -ct)
    for line in (command $words[1] complete -- $words[2..-1] 2>/dev/null)
        switch $line
            case ':files'
                __fish_complete_path (commandline -ct)
            case ':folders'
                __fish_complete_directories (commandline -ct)
            case '*'
                echo $line
        end
    end
end
complete -c opm -f -a '(__opm_complete)'
