# Completion of memcli for fish: memcli itself says what may come next.

function __memcli_complete
    set -l words (commandline -opc)
    set -l current (commandline -ct)
    set -l program (string replace -r '^~' $HOME -- $words[1])
    set -l answer ($program --complete fish $words[2..-1] "$current" 2>/dev/null)
    if test "$answer[1]" = files
        __fish_complete_path "$current"
    end
    if set -q answer[2]
        printf '%s\n' $answer[2..-1]
    end
end

complete --command memcli --no-files --keep-order --arguments '(__memcli_complete)'
