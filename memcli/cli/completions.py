"""
Completion scripts for shells: python -m memcli.cli.completions FOLDER.

They are small, and ask memcli itself at every TAB, see memcli/cli/shells.py: `files` or `none` in
the first line of its answer says whether the name of a file may stand there too; each other line
is a value, in the form of the shell. Nothing of an answer is evaluated.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

FILES: Final = {"bash": "memcli.bash", "zsh": "_memcli", "fish": "memcli.fish"}
BASH: Final = r"""
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
"""
ZSH: Final = r"""
#compdef memcli
# Completion of memcli for zsh: memcli itself says what may come next.

_memcli() {
  local -a answer values
  answer=("${(@f)$("${${(Q)words[1]}/#\~/$HOME}" --complete zsh \
    "${(@Q)words[2,CURRENT-1]}" "${(Q)IPREFIX}${(Q)PREFIX}" 2>/dev/null)}")
  values=("${(@)answer[2,-1]}")
  (( $#values )) && _describe -V memcli values
  [[ $answer[1] == files ]] && _files
}

if [[ $funcstack[1] == _memcli ]]; then
  _memcli "$@"
else
  compdef _memcli memcli
fi
"""
FISH: Final = r"""
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
"""
SCRIPTS: Final = {"bash": BASH, "zsh": ZSH, "fish": FISH}


def script(shell: str) -> str:
    """Return the completion script for a shell."""
    return SCRIPTS[shell].strip() + "\n"


def write_all(folder: Path) -> None:
    """Write the script of every shell into a folder."""
    for shell, name in FILES.items():
        (folder / name).write_text(script(shell), encoding="utf-8")


if __name__ == "__main__":
    write_all(Path(sys.argv[1]))
