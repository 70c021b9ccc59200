"""
Completion scripts for shells: python -m memcli.cli.completions FOLDER.

They are Typer's: small, and ask memcli itself at every TAB.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Final

from memcli.cli.app import COMPLETE_VARIABLE

FILES: Final = {"bash": "memcli.bash", "zsh": "_memcli", "fish": "memcli.fish"}


def script(shell: str) -> str:
    """Return the completion script for a shell."""
    from typer._completion_shared import get_completion_script

    text = get_completion_script(prog_name="memcli", complete_var=COMPLETE_VARIABLE, shell=shell)
    return text.strip() + "\n"


def write_all(folder: Path) -> None:
    """Write the script of every shell into a folder."""
    for shell, name in FILES.items():
        (folder / name).write_text(script(shell), encoding="utf-8")


if __name__ == "__main__":
    write_all(Path(sys.argv[1]))
