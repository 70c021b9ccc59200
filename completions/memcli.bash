# Completion of memcli for bash: memcli itself says what may come next.

_memcli() {
    local first line
    COMPREPLY=()
    {
        IFS= read -r first
        while IFS= read -r line; do
            COMPREPLY+=("$line")
        done
    } < <("${1/#\~/$HOME}" --complete bash "$COMP_TYPE" "${COLUMNS:-80}" "$COMP_WORDBREAKS" \
        "${COMP_LINE:0:COMP_POINT}" 2>/dev/null)
    if [[ $first == files ]]; then
        compopt -o default 2>/dev/null
    fi
}

complete -o nosort -F _memcli memcli 2>/dev/null || complete -F _memcli memcli
