"""
Second hop: where a first hit names what the question describes, the name is asked for.

"What does Ada's dentist breed?" has its answer in "Dr. Bakker breeds bees", which shares no word
with it but for the last. The turn "my dentist is Dr. Bakker" is the bridge: it names the thing that
the question describes. So the name is asked for with the words that are not said yet. After the
multi-step retrieval of HippoRAG 2 (Gutierrez et al. 2025) and CoAT (Pan et al. 2025), which take a
graph or a language model for it; here the grammar of the question and a name in a sentence do.
Nothing is asked again where nothing is described, no first hit names it, or one hit says it all.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyarrow as pa

from memcli.language.broad import told_words
from memcli.language.descriptions import Description, asks_name, find_descriptions
from memcli.language.words import FUNCTION_WORDS, compared_words, name_words
from memcli.search.found import Found, with_rows
from memcli.search.signals import RowKey, hit_keys, row_keys

if TYPE_CHECKING:
    from memcli.search.signals import SignalReader

# How many of the first hits may be bridges, how many names are asked for, and how many turns each
# brings.
LEADING: Final = 4
MAX_BRIDGES: Final = 2
MAX_BROUGHT: Final = 2
# What a second hop may reach of the score of its bridge: it stands below it.
BELOW: Final = 0.9
# A name that more turns have is talked of all the time: the question finds what it needs by itself.
MAX_MENTIONS: Final = 12
# Turns with a name that so many have count if they say a word that was left to ask for.
FEW_MENTIONS: Final = 3
# A question of more words says what it is after by itself.
MAX_ASKED: Final = 8
# In a longer sentence a name stands beside too much for anything to be told of it.
MAX_SENTENCE: Final = 300
# Titles, each as the one that people of another title do not have.
_TITLES: Final = {
    **dict.fromkeys(("mrs", "ms", "miss"), "ms"),
    **dict.fromkeys(("prof", "professor"), "prof"),
    **{title: title for title in ("mr", "dr", "captain", "judge")},
}
_OPENING = re.compile(
    r"\W*([^\W\d_][\w'-]+(?: [^\W\d_a-z][\w'-]+)*)"
    r"(?: (?:is|was)\b|'s |, (?:my|our|the|his|her|their|an?) )"
)


_PRONOUN = re.compile(r"\W*(?:he|she|it|they|his|her|its|their)\b", re.IGNORECASE)
# Behind a semicolon a capital is a name's.
_AFTER_SEMICOLON = re.compile(r"; ([^\W\d_a-z][\w'-]+)")


@dataclass(frozen=True)
class Bridge:
    """A hit, as an index, that names what a question describes, and what to ask next."""

    hit: int
    name: str
    left: tuple[str, ...]

    @property
    def question(self) -> str:
        """The name with the words of the question that the hit leaves open."""
        return " ".join([self.name, *self.left])


def second_hop(first: Found, signals: SignalReader, ask: Callable[[str], Found]) -> Found:
    """Return what a question brought up with what its bridges lead to, if there are any."""
    brought: dict[RowKey, tuple[pa.Table, float]] = {}
    names = []
    for bridge in find_bridges(first, signals):
        second = ask(bridge.question)
        for at in mentions(signals, bridge, first, second):
            row = second.rows.slice(at, 1)
            (key,) = row_keys(row)
            share = second.ranking.scores[at] / (second.ranking.scores.max() or 1.0)
            score = BELOW * float(share * first.ranking.scores[bridge.hit])
            if score > brought.get(key, (row, 0.0))[1]:
                brought[key] = row, score
                names.append(bridge.name)
    if not brought:
        return first
    more = with_rows(first, brought, "second_hop", signals)
    return more._replace(hops=tuple(dict.fromkeys(names)))


def find_bridges(found: Found, signals: SignalReader) -> list[Bridge]:
    """Return the bridges among the first hits of a question, best first, each name once."""
    described = find_descriptions(found.asked.text)
    if not described or found.asked.is_message or asks_name(found.asked.text):
        return []
    rows = found.rows.select(["text", "speaker"]).to_pylist()
    speakers = {word for row in rows for word in name_words(row["speaker"] or "")}
    asked = [word for word in told_words(found.asked.text) if word not in speakers]
    if not 0 < len(asked) <= MAX_ASKED:
        return []
    leading = [int(at) for at in found.ranking.order[:LEADING]]
    said = signals.says([rows[at]["text"] for at in leading], asked)
    if said.all(axis=1).any():
        return []
    bridges: dict[str, Bridge] = {}
    for at, has in zip(leading, said, strict=True):
        left = tuple(word for word, is_said in zip(asked, has, strict=True) if not is_said)
        for name in _names_of(signals, rows[at]["text"], described, speakers):
            if not _is_said(name, found.asked.text):
                bridges.setdefault(name.casefold(), Bridge(at, name, left))
    return list(bridges.values())[:MAX_BRIDGES]


def _names_of(
    signals: SignalReader, text: str, described: Sequence[Description], speakers: set[str]
) -> Iterator[str]:
    """
    Yield the names in the sentences of a text that say what is described.

    A sentence that begins with a pronoun goes on with the one before: "I have a new coach. Her name
    is Rosa."
    """
    from memcli.language.sentences import split_sentences  # few questions need it

    is_meant = False
    for sentence in split_sentences(text):
        if sentence.kind != "prose" or len(sentence.text) > MAX_SENTENCE:
            is_meant = False
            continue
        goes_on = is_meant and bool(_PRONOUN.match(sentence.text))
        is_meant = any(_is_meant(signals, sentence.text, each) for each in described)
        if is_meant or goes_on:
            names = (name for name in named(sentence.text) if not speakers & set(name_words(name)))
            yield from names


def _is_said(name: str, question: str) -> bool:
    """Say whether a question has a name, or a part of it as one: "hotel" is none of a hotel's."""
    parts = set(name_words(name))
    capitals = set(name_words(" ".join(word for word in question.split() if word[0].isupper())))
    return bool(parts & capitals) or parts <= set(compared_words(question))


def _is_meant(signals: SignalReader, sentence: str, described: Description) -> bool:
    """Say whether a sentence has the kind of a description, or most of what narrows it down."""
    (head,) = signals.says([sentence], sorted(described.head))
    (narrowed,) = signals.says([sentence], sorted(described.narrowed_by))
    return bool(head.any() or (len(narrowed) > 1 and narrowed.mean() >= 0.5))


def named(sentence: str) -> list[str]:
    """Return the names in a sentence, also one that opens it and of which something is said."""
    # With its lists of names it is loaded for few questions.
    from memcli.language.names.recognition import find_entities

    opening = _OPENING.match(sentence)
    first = [opening[1]] if opening and opening[1][0].isupper() else []
    first += _AFTER_SEMICOLON.findall(sentence)
    known = [name for name in first if name.casefold() not in FUNCTION_WORDS]
    found = [entity.name for entity in find_entities(sentence, known)]
    return [name for name in found if name.casefold() not in _TITLES]


def mentions(signals: SignalReader, bridge: Bridge, first: Found, second: Found) -> list[int]:
    """
    Return the rows of a second search that tell of the name of a bridge, best first.

    The hit that is the bridge and what was made of it are none of them.
    """
    texts, keys = second.rows["text"].to_pylist(), hit_keys(second.rows)
    bridging = first.rows.slice(bridge.hit, 1)
    (at_bridge,) = hit_keys(bridging)
    name = re.compile(
        rf"(?:(?<!\w)({'|'.join(_TITLES)})\.? )?(?<!\w){re.escape(bridge.name)}(?!\w)",
        re.IGNORECASE,
    )
    found: dict[str, int] = {}
    for at in second.ranking.order.tolist():
        if keys[at] != at_bridge and name.search(texts[at]):
            found.setdefault(keys[at], at)
    rows = list(found.values())
    called = _titles(name, bridging["text"][0].as_py())
    if called:
        # Of two people of one name the bridge names the one.
        titles = {at: _titles(name, texts[at]) for at in rows}
        rows = [at for at in rows if not titles[at] or titles[at] & called] or rows
    if len(rows) > MAX_MENTIONS:
        return []
    if len(rows) > FEW_MENTIONS:
        says = signals.says([texts[at] for at in rows], bridge.left)
        rows = [at for at, words in zip(rows, says, strict=True) if words.any()]
    return rows[:MAX_BROUGHT]


def _titles(name: re.Pattern[str], text: str) -> set[str]:
    """Return the titles that a text gives a name, which is behind its group."""
    return {_TITLES[found[1].lower()] for found in name.finditer(text) if found[1]}
