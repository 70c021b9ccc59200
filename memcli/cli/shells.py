"""
Shells: what `memcli --complete SHELL ...` of the completion scripts reads and writes.

The first line of an answer is `files` where the name of a file may stand, else `none`; each other
line is an offer in the form that the script hands on. Values are quoted for the shell, for they
may be anybody's text: one with a control character cannot be typed and is left out. Whatever goes
wrong, nothing is offered, nothing is said and the status is 0.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from memcli.language.sanitize import printable

Offer = tuple[str, str]
# Types of completion (COMP_TYPE) at which bash puts in what it is given, and lists nothing.
INSERTING: Final = ("37", "42")
LEAST_WIDTH: Final = 20
REFRESH: Final = "refresh"
# What needs no backslash on a command line.
PLAIN: Final = re.compile(r"[\w./:=@%+,-]")


def complete(arguments: Sequence[str]) -> None:
    """Answer a shell, or gather the values of a store anew."""
    with suppress(Exception):
        shell, *rest = arguments
        if shell == REFRESH:
            from memcli.memory.value_gathering import gather

            gather(Path(rest[0]))
        else:
            _write(ANSWERS[shell](rest))


def _write(lines: Sequence[str]) -> None:
    data = "".join(f"{line}\n" for line in lines).encode("utf-8", "ignore")
    with suppress(OSError):
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()


def answer(words: Sequence[str], current: str) -> tuple[list[Offer], str]:
    """Return the offers that can be typed, in order and each once, and the first line."""
    from memcli.cli.completing import offers

    found, is_file = offers(words, current)
    typed = {value: printable(" ".join(told.split())) for value, told in reversed(found)}
    kept = [(value, typed.pop(value)) for value, _ in found if value in typed]
    return [offer for offer in kept if offer[0].isprintable()], "files" if is_file else "none"


# ---------------------------------------------------------------- zsh and fish


def for_zsh(words: Sequence[str]) -> list[str]:
    """Answer zsh's `_describe`: value:description, with backslashes before colons of the value."""
    found, first = answer(words[:-1], words[-1])
    lines = [first]
    for value, told in found:
        plain = value.replace("\\", "\\\\").replace(":", "\\:")
        lines.append(f"{plain}:{told}" if told else plain)
    return lines


def for_fish(words: Sequence[str]) -> list[str]:
    """Answer fish: value, a tab, description; the word being typed comes as it stands."""
    found, first = answer(words[:-1], unquoted(words[-1]))
    return [first, *(f"{value}\t{told}" if told else value for value, told in found)]


# ---------------------------------------------------------------- bash


def for_bash(arguments: Sequence[str]) -> list[str]:
    """
    Answer bash: what to put in place of the word that it sees.

    arguments: COMP_TYPE, the width of the terminal, COMP_WORDBREAKS, and the line up to the cursor.
    bash knows no descriptions: where several are listed, they stand behind the values.
    """
    kind, width, breaks, line = arguments
    words, raw = split_line(line)
    found, first = answer(words[1:], unquoted(raw))
    done, mark = _settled(raw, breaks)
    shown = [(_quoted(value[len(done) :], mark), told) for value, told in found]
    if len(shown) > 1 and kind not in INSERTING:
        return [first, *_listed(shown, max(int(width or 80), LEAST_WIDTH))]
    return [first, *(value for value, _ in shown)]


def _settled(raw: str, breaks: str) -> tuple[str, str]:
    """Return what bash takes for words of their own before the one it completes, and its quote."""
    mark = raw[0] if raw[:1] in ("'", '"') else ""
    if mark:
        return "", mark
    free = re.sub(r"\\.", "  ", raw)  # what has a backslash before it parts nothing
    place = max((free.rfind(sign) for sign in breaks if not sign.isspace()), default=-1)
    return unquoted(raw[: place + 1]), ""


def _quoted(value: str, mark: str) -> str:
    """Return a value as it is to be typed, inside a quotation or outside."""
    if mark == "'":
        return value.replace("'", "'\\''")
    if mark == '"':
        # A backslash before "!" would stay.
        return re.sub(r'([\\"$`])', r"\\\1", value).replace("!", "\"'!'\"")
    return "".join(char if PLAIN.match(char) else f"\\{char}" for char in value)


def _listed(offers: Sequence[Offer], width: int) -> list[str]:
    """Return values with their descriptions, in columns that fit a terminal."""
    column = max(len(value) for value, _ in offers)
    lines = []
    for value, told in offers:
        line = f"{value.ljust(column)}  ({told})" if told else value
        lines.append(line if len(line) < width else f"{line[: width - 2]}…")
    return lines


# ---------------------------------------------------------------- words


def split_line(line: str) -> tuple[list[str], str]:
    """Return the words before the last, without their quotation marks, and the last as it is."""
    words, start, mark, place = [], 0, "", 0
    while place < len(line):
        char = line[place]
        if char == "\\" and mark != "'":
            place += 1
        elif mark:
            mark = "" if char == mark else mark
        elif char in "'\"":
            mark = char
        elif char.isspace():
            if start < place:
                words.append(unquoted(line[start:place]))
            start = place + 1
        place += 1
    return words, line[start:]


def unquoted(word: str) -> str:
    """Return a word without its quotation marks and backslashes, also if one is open."""
    out, mark, place = [], "", 0
    while place < len(word):
        char = word[place]
        if char == "\\" and mark != "'" and place + 1 < len(word):
            place += 1
            out.append(word[place])
        elif char == mark:
            mark = ""
        elif not mark and char in "'\"":
            mark = char
        else:
            out.append(char)
        place += 1
    return "".join(out)


ANSWERS: Final = {"bash": for_bash, "zsh": for_zsh, "fish": for_fish}
