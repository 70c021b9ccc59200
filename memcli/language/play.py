"""
Play: what people say to each other in character, which is nobody's word of what is so.

Written role play marks itself: actions between asterisks, lines between quotation marks, and what
is meant in brackets or behind "ooc:" (such frames: Goffman, "Frame Analysis", 1974). Where it does,
only what is out of character is its speaker's own. A scene without marks is known by who is to be
whom, and goes on until it is ended. Cues are in play.toml.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Final

from memcli.language.data import any_of, read_data
from memcli.language.sentences import Sentence

__all__ = ["before_game", "out_of_character"]

# What goes on between two turns: a play with marks, a scene, and for how many turns.
MARKED: Final = "marked"
SCENE: Final = "scene"
_TURNS: Final = re.compile(r"\d+$")
# A quotation that is no whole line of a play may stand a few marks from where its sentence ends.
NEAR: Final = 3
Stretch = tuple[int, int]


def out_of_character(
    text: str, sentences: Sequence[Sentence], in_play: str
) -> tuple[list[Sentence], str]:
    """
    Return the sentences of a person's turn that are meant, and what play goes on after it.

    in_play: what went on before it, as this returned it for the turn before.
    """
    lowered = text.lower().replace("\u2019", "'")
    asides, marks = _stretches("aside", text), [*_actions(text), *_stretches("speech", text)]
    kind, turns = _TURNS.sub("", in_play), _turns_of(in_play)
    if kind == SCENE and not asides:
        is_over = _pattern("over").search(lowered) or turns >= read_data("play")["scene_turns"]
        return ([], "") if is_over else ([], f"{SCENE}{turns + 1}")
    is_play = kind == MARKED or (kind == SCENE and bool(asides))
    if is_play or _begins(text, asides) or _is_in_character(text, marks):
        is_marked = bool(asides or marks)
        turns = 0 if is_marked else turns + 1
        goes_on = is_marked or turns < read_data("play")["marked_turns"]
        return _meant(sentences, asides), f"{MARKED}{turns}" if goes_on else ""
    if _pattern("scene").search(lowered) and not _pattern("no_scene").search(lowered):
        return [], f"{SCENE}0"
    return [s for s in sentences if not _is_within(s, marks, text)], ""


def before_game(text: str, sentences: Sequence[Sentence]) -> list[Sentence]:
    """Return the sentences before one that tells of a game: "My character's married now. ..."."""
    found = _pattern("game").search(text.replace("\u2019", "'"))
    return [s for s in sentences if found is None or s.end <= found.start()]


def _turns_of(in_play: str) -> int:
    found = _TURNS.search(in_play)
    return int(found[0]) if found else 0


def _meant(sentences: Sequence[Sentence], asides: Sequence[Stretch]) -> list[Sentence]:
    """Return the sentences within what is out of character, without its brackets."""
    around = _pattern("around")
    found = []
    for sentence in sentences:
        if any(
            start - NEAR <= sentence.start and sentence.end <= end + NEAR for start, end in asides
        ):
            told = around.sub("", sentence.text)
            if told:
                found.append(replace(sentence, text=told))
    return found


def _begins(text: str, asides: Sequence[Stretch]) -> bool:
    """
    Tell a turn by which a play shows: it says "ooc", is an aside as a whole, or one beside actions.

    Double brackets are in code too, and in earnest: "I live in Bonn (( the old capital ))".
    """
    bracketed = [(start, end) for start, end in asides if text[start:end].lstrip().startswith("((")]
    is_whole = any(not (text[:start] + text[end:]).strip() for start, end in bracketed)
    is_said = any(_pattern("ooc").search(text, *each) for each in asides)
    return is_said or is_whole or bool(bracketed and _actions(text))


def _is_in_character(text: str, marks: Sequence[Stretch]) -> bool:
    """Tell a turn of actions and lines: both, and next to nothing beside them."""
    actions = _actions(text)
    outside = len(text) - sum(end - start for start, end in marks)
    return bool(actions) and len(marks) > len(actions) and 4 * outside < len(text)


def _is_within(sentence: Sentence, marks: Sequence[Stretch], text: str) -> bool:
    """Tell a sentence that is an action, or one of several between the same quotation marks."""
    for start, end in marks:
        inside = start <= sentence.start and sentence.end <= end
        several = sentence.end - sentence.start < end - start - NEAR
        if inside and (several or text[start] == "*"):
            return True
    return False


def _stretches(key: str, text: str) -> list[Stretch]:
    return [found.span() for found in _pattern(key).finditer(text)]


def _actions(text: str) -> list[Stretch]:
    least: int = read_data("play")["action_words"]
    found = _pattern("action").finditer(text)
    return [each.span() for each in found if len(each[0].split()) >= least]


@cache
def _pattern(key: str) -> re.Pattern[str]:
    listed = read_data("play")[key]
    flags = re.IGNORECASE | re.MULTILINE
    return re.compile(any_of([listed] if isinstance(listed, str) else listed).pattern, flags)
