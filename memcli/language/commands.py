"""Commands of a shell: the words of what was run, without what only surrounds it."""

from __future__ import annotations

import re
import shlex
from functools import lru_cache
from itertools import dropwhile
from typing import Final, NamedTuple

from memcli.language.data import read_data, words

LONGEST: Final = 2_000
# Of a program, so many words say what it is.
HEAD: Final = 6
_PIPES: Final = ("|", "|&")
_OPERATORS: Final = frozenset(("&&", "||", ";", "|", "&", "|&"))
_ASSIGNMENT: Final = re.compile(r"[A-Za-z_]\w*=.*", re.DOTALL)
_HARMLESS_VALUE: Final = re.compile(r"\d{1,6}|true|false|yes|no", re.IGNORECASE)
_REDIRECTION: Final = re.compile(r"\d?>&\d|&>|\d?>{1,2}|<{1,3}|\d")
UNSAID: Final = "..."


class Run(NamedTuple):
    """
    What a command line ran.

    words: of its one program, with what it was told; none where it ran several, or a script.
    is_piped: the exit status is, or may be, that of another program; programs: the
    first words of all that it ran.
    """

    words: tuple[str, ...]
    is_piped: bool
    programs: tuple[tuple[str, ...], ...]

    @property
    def plain(self) -> tuple[str, ...]:
        """The words without the variables that are set for it."""
        return tuple(_program(list(self.words)))

    @property
    def is_looking(self) -> bool:
        """Say whether it only looked at something, or moved things around, and tried nothing."""
        return all(map(_is_looking, self.programs))

    @property
    def is_check(self) -> bool:
        """Say whether it judges work: tests, a build, a linter."""
        return any(_is_check(program) for program in self.programs)


@lru_cache(maxsize=2_048)
def run_of(command: str) -> Run:
    """Run of a command line; one that no shell would read as a line has no words."""
    if len(command) > LONGEST or "\n" in command.strip() or "<<" in command:
        first = command.strip().partition("\n")[0][:LONGEST]
        programs = tuple(
            tuple(_program(part)[:HEAD]) for part, _ in _parts(first) if _program(part)
        )
        return Run((), True, programs or (("script",),))
    parts = [(part, after) for part, after in _parts(command) if _program(part)]
    taken = [False, *(after in _PIPES for _, after in parts)]
    own = [part for (part, _), is_fed in zip(parts, taken, strict=False) if not is_fed]
    own = [part for part in own if _program(part)[0] not in words("commands", "surrounding")]
    programs = tuple(tuple(_program(part)[:HEAD]) for part in own) or (("true",),)
    # What comes after "||" passes where the first one failed.
    hides = any(taken) or any(after == "||" for _, after in parts)
    return Run(tuple(own[0]) if len(own) == 1 else (), hides, programs)


def _program(part: list[str]) -> list[str]:
    """Return the words of a program without the variables that are set for it."""
    return list(dropwhile(lambda word: bool(_ASSIGNMENT.fullmatch(word)), part))


def _is_variable(word: str, before: list[str]) -> bool:
    return bool(_ASSIGNMENT.fullmatch(word)) and not _program(before)


def _unvalued(word: str) -> str:
    name, _, value = word.partition("=")
    return word if _HARMLESS_VALUE.fullmatch(value) else f"{name}={UNSAID}"


def _parts(command: str) -> list[tuple[list[str], str]]:
    """Return the words of each program of a line, with the operator that stands after it."""
    lexer = shlex.shlex(command, posix=True, punctuation_chars=";|&<>")
    lexer.whitespace_split, lexer.commenters = True, ""
    found: list[tuple[list[str], str]] = []
    now: list[str] = []
    skip = False
    try:
        for word in lexer:
            if word in _OPERATORS:
                found.append((now, word))
                now, skip = [], False
            elif set(word) <= set("<>&"):
                # The file that follows, and the number of the stream before, are no words of it.
                skip = True
                if now and now[-1] in ("1", "2"):
                    now.pop()
            elif skip:
                skip = False
            else:
                now.append(_unvalued(word) if _is_variable(word, now) else word)
    except ValueError:
        return []
    return [*found, (now, "")]


def _is_looking(program: tuple[str, ...]) -> bool:
    by_second = program[1:2] and program[1] in words("commands", "looking_at")
    return bool(by_second) or program[0] in words("commands", "looking")


def _is_check(program: tuple[str, ...]) -> bool:
    text = " ".join(program)
    return any(
        re.search(rf"(?:^|[\s/]){pattern}", text) for pattern in read_data("commands")["checks"]
    )


def told_command(command: str, longest: int) -> str:
    """Command line as it is told: on one line, without the values of its variables."""
    line = " ".join(command.split())
    line = re.sub(r"^(?:cd|pushd) [^&;|]+(?:&&|;) *", "", line)
    line = re.sub(
        r"(?:(?<=^)|(?<=&& )|(?<=export ))([A-Za-z_]\w*)=(\"[^\"]*\"|'[^']*'|\S*)", _unsaid, line
    )
    return line if len(line) <= longest else line[: longest - len(UNSAID)].rstrip() + UNSAID


def _unsaid(found: re.Match[str]) -> str:
    value = found[2] if _HARMLESS_VALUE.fullmatch(found[2]) else UNSAID
    return f"{found[1]}={value}"
