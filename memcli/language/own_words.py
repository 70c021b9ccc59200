"""
Own words: which sentences of a turn its speaker says of the world, and which are worth parsing.

Pasted texts, texts to work on, roles, letters, code, logs, tables, captions and dialogues are
nobody's words. One pass over the sentences, no parse. Cue words are in own_words.toml.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from itertools import pairwise
from typing import Final

from memcli.language.data import read_data, words
from memcli.language.pasted import pasted_stretches
from memcli.language.play import before_game, out_of_character
from memcli.language.sentences import Sentence
from memcli.language.words import FUNCTION_WORDS

__all__ = ["OwnWords", "own_words", "worth_parsing"]

_cue = partial(words, "own_words")
# Nobody types more than this in one turn.
MAX_CHARS: Final = 50_000
# What of fiction goes on between two turns.
PLAY: Final = "play"
ASKED: Final = "asked"
TEXT: Final = "text"
# So many sentences in a row without a word of oneself are read from somewhere, not told.
PASTED_SENTENCES: Final = 10
MAX_WORDS: Final = 110
# A shorter sentence ("Rex died last night.") may do without a function word.
TELLING_WORDS: Final = 6
MAX_LIST: Final = 300
# So far behind the words that begin a role stands what kind it is.
PLAY_CHARS: Final = 80
_WORD = re.compile(r"[^\W_]+(?:['\u2019-][^\W_]+)*")
_CAPTION = re.compile(
    r"\s*\[(?:shares?|shared|sends?|sent|posts?|image|photo|attach)[^\[\]]{0,400}\]?", re.I
)
_PART = re.compile(
    r"\b(?:i'm|i am|you're|you are|you'll be|you will be)\s+(?:an?|the|called)\b"
    r"|\bthe (?:role|part) of\b"
)
_PLACEHOLDER = re.compile(r"\[[A-Z][\w ,.'/-]{2,40}\]|\{\{?\w+\}?\}|<[a-z_ ]{3,30}>")
_LABEL = re.compile(r"(?:^|\s)([A-Za-z][\w .-]{0,24}):\s")
_CODE = re.compile(
    r"[{}<>=\\^$|]|\w\(|\)\.|;\s*$|://|\w_\w|[a-z][A-Z]\w|\w/\w+/|^\s*(?:import|def|class|SELECT|at|File)\s"
)
_LOG = re.compile(
    r"^\W*(?:\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d|\d\d:\d\d:\d\d|\[?(?:INFO|WARN|ERROR|DEBUG|FATAL))"
    r"|^Traceback\b|^\W*\w*(?:Error|Exception):|^\s*\$ "
)
_COLON = re.compile(r":(?=\s|$)\s*")
# What comes after a colon is a text where it is quoted, is not there yet or is that long.
_IS_TEXT = re.compile(r"[\"\u201c'\u2018]|$|\S+(?:\s+\S+){7}")
_POINTER = re.compile(
    r"\b(?:this|these|the following|following|below|my|an?|the|here(?:'s| is| are))\b", re.I
)
# A name that is called at the beginning or the end.
_CALLED = re.compile(r"^(?:\w+ )?[A-Z]\w+[,!] ?|, [A-Z]\w+(?=\W*$)")
_ORDER: Final = (
    r"(?:^|[.!?:\n\"]\s*)"
    r"(?:(?:please|now|no|so|ok|hi|hello|let's|i want you to|i'd like you to|can you)[, ]+)*"
)
_ASKS = re.compile(r"[?\uff1f][\"')\s]*$")
# "haha ok stop"
_STOP = re.compile(
    r"(?:\W*\b(?:haha\w*|ha|ok|okay|lol|lmao|please|alright|right|now|let's|that's)\b)*"
    r"\W*\b(?:stop|enough)\b(?:,? (?:it|now|please|of that|here|thanks))*\W*"
)
_TOLD_FIRST = re.compile(r"[^,;.!?\u2014-]{8,}[,;.!\u2014-]")


@dataclass(frozen=True, slots=True)
class OwnWords:
    """
    The sentences that are the speaker's own, and what of fiction goes on after the turn.

    in_play: "play"; "asked", where a text is asked for that is made up; "text", where that is
    being written by both; what memcli.language.play says of people's; else "".
    """

    sentences: list[Sentence] = field(default_factory=list)
    in_play: str = ""


def own_words(
    text: str,
    sentences: Sequence[Sentence],
    is_assistant: bool,
    in_play: str = "",
    *,
    to_assistant: bool = True,
) -> OwnWords:
    """
    Return the sentences of a turn that are its speaker's own words.

    `in_play`: what of fiction went on before the turn, as the turn before returned it.
    `to_assistant`: whether an assistant is spoken to; people give each other other roles.
    """
    if len(text) > MAX_CHARS:
        return OwnWords(in_play=in_play)
    lowered = text.lower().replace("\u2019", "'")
    if in_play == PLAY:
        over = not is_assistant and (_any("over", lowered) or _STOP.fullmatch(lowered))
        return OwnWords(in_play="" if over else PLAY)
    if to_assistant and not is_assistant and (role := _role(lowered)):
        return OwnWords(in_play=PLAY if _any("plays", role) else "")
    if to_assistant:
        in_play = _made_up(lowered, is_assistant, in_play)
    else:
        sentences, in_play = out_of_character(text, before_game(text, sentences), in_play)
    if in_play == TEXT and not is_assistant:
        return OwnWords(in_play=TEXT)
    prose = "\n".join(s.text for s in sentences if s.kind != "code")
    if _is_foreign(prose, is_assistant) or _any("sung", lowered):
        return OwnWords(in_play=in_play)
    pasted = pasted_stretches(text)
    unmarked = [s for s in sentences if not _is_marked(text, s) and not _is_in(pasted, s)]
    own = _joined_lists(text, unmarked)
    if not is_assistant:
        own = list(_before_given(own, sentences))
    own = [s for s in map(_without_caption, own) if s.text and not _is_machine(s.text)]
    return OwnWords(own if is_assistant else list(_told(own)), in_play)


def worth_parsing(sentence: str, is_assistant: bool = False) -> bool:
    """Tell whether a sentence may state something in English, which the parser reads."""
    said = [word.lower().replace("\u2019", "'") for word in _WORD.findall(sentence)]
    if not 2 <= len(said) <= MAX_WORDS or _cue("fillers").issuperset(said):
        return False
    if _ASKS.search(sentence) and not _TOLD_FIRST.match(sentence):
        return False
    grammatical = sum(word.partition("'")[0] in FUNCTION_WORDS for word in said)
    telling = TELLING_WORDS if sentence.isascii() else 4
    if len(said) >= telling and grammatical * 7 < len(said):
        return any(map(str.isdigit, sentence)) and sentence.isascii()
    if sum(map(str.isalnum, sentence)) * 2 < len(sentence) or _foreign_letters(sentence):
        return False
    return _settles(sentence, said) if is_assistant else not _is_hollow(sentence, said)


def _settles(sentence: str, said: Sequence[str]) -> bool:
    """Tell what may be a decision or a sum of an assistant: with a name or a number, no "you"."""
    numbered = any(map(str.isdigit, sentence))
    named = numbered or any(map(str.isupper, sentence[1:]))
    summed = numbered and not words("quotation", "amounts").isdisjoint(said)
    settled = summed or not _cue("settling").isdisjoint(said)
    return named and settled and {"you", "your", "you're", "you've", "you'll"}.isdisjoint(said)


def _is_hollow(sentence: str, said: Sequence[str]) -> bool:
    """Tell what begins with "that", "you" or the like and has nothing of oneself and no name."""
    openers = words("quotation", "openers")
    first = next((word for word in said if word not in openers), "")
    if first not in _cue("hollow") or any(map(str.isdigit, sentence)):
        return False
    told = _cue("first") | words("salience", "times") | words("salience", "kin")
    inner = _CALLED.sub("", sentence).lstrip()[1:]
    return told.isdisjoint(said) and not any(map(str.isupper, inner))


def _foreign_letters(sentence: str) -> bool:
    letters = [ch for ch in sentence if ch.isalpha()]
    return sum(map(str.isascii, letters)) * 4 < len(letters) * 3


@cache
def _pattern(key: str) -> re.Pattern[str]:
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, read_data("own_words")[key])) + ")")


@cache
def _begun(key: str) -> re.Pattern[str]:
    """Return what finds words of the data that a sentence begins with, as an order."""
    return re.compile(_ORDER + _pattern(key).pattern)


def _role(lowered: str) -> str | None:
    """Return the words that give a role: an order, or the beginning of a game with parts in it."""
    found = _begun("roles").search(lowered) or _begun("games").search(lowered)
    if found is None:
        return None
    ahead = lowered[found.start() : found.end() + PLAY_CHARS]
    given = found.re is _begun("roles") or _PART.search(ahead, found.end() - found.start())
    return ahead if given else None


def _made_up(lowered: str, is_assistant: bool, before: str) -> str:
    """
    Return what goes on of a text that is made up: "asked", "text", which both write, or "".

    What one says then is a line of it, until a turn opens with what is said to the other, or asks.
    """
    if is_assistant:
        return before
    if _any("made_up_goes_on", lowered) or (before and _any("goes_on", lowered)):
        return TEXT
    if before and not (_opens("made_up_over", lowered) or _ASKS.search(lowered)):
        return TEXT
    return ASKED if _asks_for_fiction(lowered) else ""


def _asks_for_fiction(lowered: str) -> bool:
    order = _begun("made_up_orders").search(lowered)
    ahead = lowered[order.end() : order.end() + PLAY_CHARS] if order else ""
    clause = re.split(r"[.?!\n]", ahead)[0]
    return not _cue("made_up").isdisjoint(_WORD.findall(clause))


def _opens(key: str, lowered: str) -> bool:
    """Tell whether a turn opens with some words of the data."""
    return bool(re.match(rf"\W*{_pattern(key).pattern}\b", lowered))


def _any(key: str, lowered: str) -> bool:
    return bool(_pattern(key).search(lowered))


def _is_foreign(prose: str, is_assistant: bool) -> bool:
    """Tell a letter, a form or a dialogue from what a speaker says."""
    if len(_PLACEHOLDER.findall(_CAPTION.sub("", prose))) >= 2:
        return True
    lowered = prose.lower().lstrip(' "*')
    if is_assistant and lowered.startswith("dear ") and _any("closings", lowered):
        return True
    labels = [label.lower() for label in _LABEL.findall(prose)]
    counted = Counter(labels)
    asked = {"q", "a"} <= counted.keys() or (
        len(counted) > 1 and not _cue("interviewing").isdisjoint(counted)
    )
    pair = asked or {"assistant", "user"} <= counted.keys()
    return pair or max(counted.values(), default=0) >= 3


def _is_marked(text: str, sentence: Sentence) -> bool:
    """Tell code, headings, block quotes and rows of tables."""
    if sentence.kind in ("code", "heading", "quote"):
        return True
    return text[sentence.start : sentence.end].count("|") > 1


def _is_in(stretches: Sequence[tuple[int, int]], sentence: Sentence) -> bool:
    """
    Tell a sentence in one of some stretches of its turn, or with the beginning of one.

    One that begins with a stretch and goes on behind it is the speaker's own.
    """
    return any(
        start < sentence.start < end or sentence.start <= start < sentence.end < end
        or (sentence.start == start and sentence.end == end)
        for start, end in stretches
    )  # fmt: skip


def _before_given(own: Sequence[Sentence], all_: Sequence[Sentence]) -> Iterator[Sentence]:
    """Yield the sentences before one that gives a text; where it gives code, those after it too."""
    followers = {a.start: b.kind for a, b in pairwise(all_)}
    for sentence in own:
        if not _gives(sentence.text, is_last=sentence.start not in followers):
            yield sentence
        elif followers.get(sentence.start) != "code":
            return


def _gives(text: str, is_last: bool) -> bool:
    """Tell "Improve this email: ..." and "Here is the article:"."""
    colon = _COLON.search(text)
    head = text[: colon.start()] if colon else text
    said = [word.lower() for word in _WORD.findall(head)]
    named = not _cue("texts").isdisjoint(said[:8] + said[-8:])
    order = next((w for w in said[:4] if w not in ("please", "can", "could", "you", "now")), "")
    asked = said[:2] in (["i", "need"], ["i", "want"]) and said[2:3] in (["a"], ["an"], ["some"])
    works, points = order in _cue("work") or asked, bool(_POINTER.search(head))
    if colon is None:
        return works and named and points and not is_last
    if works and named:
        return True
    told = not _cue("first").isdisjoint(said[:1]) and colon.end() < len(text)
    return (works or (named and points and not told)) and bool(_IS_TEXT.match(text, colon.end()))


def _joined_lists(text: str, sentences: Sequence[Sentence]) -> list[Sentence]:
    """Put "My allergies:" and the short items below it into one sentence."""
    found: list[Sentence] = []
    is_list = False
    for sentence in sentences:
        leads = bool(found) and (is_list or found[-1].text.endswith(":"))
        if leads and sentence.kind == "item" and _is_short_item(sentence.text):
            start = found[-1].start
            joined = " ".join(text[start : sentence.end].replace("*", "").split())
            if is_list := len(joined) <= MAX_LIST and _speaks_of_self(joined):
                found[-1] = Sentence(joined, start, sentence.end, "item")
                continue
        is_list = False
        found.append(sentence)
    return found


def _is_short_item(text: str) -> bool:
    return (
        len(text.split()) <= 8 and not text.endswith((".", "?", "!")) and not _speaks_of_self(text)
    )


def _without_caption(sentence: Sentence) -> Sentence:
    """Cut captions and other stage directions off; of what stands around one, the longer part."""
    if "[" not in sentence.text:
        return sentence
    return replace(sentence, text=max(_CAPTION.split(sentence.text), key=len).strip())


def _is_machine(text: str) -> bool:
    """Tell code, logs and formulas that stand outside a code block."""
    room = 12 if _speaks_of_self(text) else 25
    marks = len(_CODE.findall(text)) * room > len(text)
    return marks or bool(_LOG.search(text) or _PLACEHOLDER.search(text))


def _told(own: Sequence[Sentence]) -> Iterator[Sentence]:
    """Yield sentences without long runs in which nobody speaks of himself: these are pasted."""
    run: list[Sentence] = []
    for sentence in own:
        if _speaks_of_self(sentence.text):
            yield from run if len(run) < PASTED_SENTENCES else ()
            run = []
            yield sentence
        else:
            run.append(sentence)
    yield from run if len(run) < PASTED_SENTENCES else ()


def _speaks_of_self(text: str) -> bool:
    said = {word.lower().replace("\u2019", "'") for word in _WORD.findall(text)}
    return not _cue("first").isdisjoint(said)
