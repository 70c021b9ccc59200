"""
Cues of recordings: WebVTT, SubRip, SBV, and text whose lines begin with how far in they are said.

Cues of one speaker are one turn; without speakers, a turn is what goes on to the end of a sentence.
How far in it begins is in `metadata.offset`; with --timestamp, its time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Final, NamedTuple

from memcli.ingestion.transcripts.items import Item, Rejected, Source
from memcli.ingestion.transcripts.lines import read_lines
from memcli.ingestion.transcripts.marks import find_name, is_name
from memcli.ingestion.transcripts.markup import text_of_html
from memcli.ingestion.transcripts.saying import said

# A turn that goes on for longer is told in parts.
MAX_CHARACTERS: Final = 4_000
# The first offset of a text is no time of day.
FIRST_SECONDS: Final = 600
_TIME = r"(?:(\d{1,3}):)?(\d{1,2}):(\d{2})(?:[.,](\d{1,3}))?"
_CUE = re.compile(rf"\s*{_TIME}\s*(?:-->|,)\s*[\d:.,]+.*")
_OFFSET = re.compile(rf"[\[(]?{_TIME}[\])]?\s+(?P<text>\S.*)")
_VOICE = re.compile(r"<v(?:\.[\w.]+)?\s+(?P<name>[^>]{1,80})>")
_BRACKET = re.compile(r"\[(?P<name>[^\]]{1,60})\](?P<colon>:?)\s*(?P<text>\S.*)", re.DOTALL)
_BLOCK = re.compile(r"(?:NOTE|STYLE|REGION)(?:\s|$)")
_ENDS = re.compile(r"[.?!\u2026\u3002\uff1f\uff01][\"'\u201d)\]]*$")


class _Cue(NamedTuple):
    """What is said at one place of a recording."""

    line: int
    seconds: float
    name: str | None
    text: str


def is_subtitles(head: bytes) -> bool:
    """Tell cues by their first lines."""
    lines = [line for line in head.decode("utf-8-sig", "ignore").splitlines()[:12] if line.strip()]
    if lines and re.match(r"WEBVTT(?:\s|$)", lines[0]):
        return True
    return any(_CUE.fullmatch(line) for line in lines[:2])


def is_offset_text(head: bytes) -> bool:
    """Tell text whose paragraphs begin with offsets that grow from near nothing."""
    lines = [line for line in head.decode("utf-8-sig", "ignore").splitlines()[:12] if line.strip()]
    offsets = [_seconds(found.groups()) for line in lines if (found := _OFFSET.fullmatch(line))]
    grows = offsets == sorted(offsets)
    enough = len(offsets) > 1 and 2 * len(offsets) >= len(lines)
    return enough and grows and offsets[0] < FIRST_SECONDS


def read_subtitles(source: Source) -> Iterator[Item]:
    """Yield the turns of a recording."""
    held: list[_Cue] = []
    for cue in _cues(source):
        if isinstance(cue, Rejected):
            yield cue
            continue
        if held and not _goes_on(held, cue):
            yield from _turn(source, held)
            held = []
        held.append(cue)
    if held:
        yield from _turn(source, held)


def _goes_on(held: list[_Cue], cue: _Cue) -> bool:
    """Tell a cue that goes on with the turn that is held."""
    if cue.name != held[-1].name or sum(len(each.text) for each in held) > MAX_CHARACTERS:
        return False
    return cue.name is not None or not _ENDS.search(held[-1].text)


def _turn(source: Source, cues: list[_Cue]) -> Iterator[Item]:
    """Yield the turn that some cues make."""
    first = cues[0]
    start = source.intake.start if source.intake else None
    item = said(
        source,
        first.line,
        " ".join(cue.text for cue in cues),
        name=first.name,
        at=start + timedelta(seconds=first.seconds) if start else None,
        metadata={"offset": first.seconds},
    )
    if item:
        yield item


def _cues(source: Source) -> Iterator[_Cue | Rejected]:
    """Yield the cues in their order; what stands before the first one is none."""
    start, seconds = 0, 0.0
    texts: list[str] = []
    skipping = True
    for line in read_lines(source):
        if isinstance(line, Rejected):
            yield line
            continue
        text = line.data.decode()
        found = _CUE.fullmatch(text) or _OFFSET.fullmatch(text)
        if found or not text.strip():
            yield from _cue(start, seconds, texts)
            texts, skipping = [], not found
        if found:
            start, seconds = line.number, _seconds(found.groups())
            texts += [found["text"]] if "text" in found.re.groupindex else []
        elif text.strip() and not skipping and not _BLOCK.match(text):
            texts.append(text)
    yield from _cue(start, seconds, texts)


def _cue(line: int, seconds: float, texts: list[str]) -> Iterator[_Cue]:
    """Yield the cue that has some lines."""
    text = "\n".join(texts).strip()
    if not text:
        return
    voice = _VOICE.search(text)
    # Each `<v Name>` in a cue is another voice.
    for part in re.split(r"(?=<v[ .])", text):
        own = _VOICE.match(part)
        name = own["name"].strip() if own else None
        words = " ".join(text_of_html(part).split())
        if not voice:
            name, words = _named(words)
        if words:
            yield _Cue(line, seconds, name, words)


def _named(text: str) -> tuple[str | None, str]:
    """Return the speaker in front of a text, and the rest."""
    bracket = _BRACKET.fullmatch(text)
    mark = find_name(text)
    if mark and mark.text:
        return mark.name, mark.text
    if bracket and _is_voice(bracket):
        return bracket["name"], bracket["text"]
    return None, text


def _is_voice(bracket: re.Match[str]) -> bool:
    """Tell `[SPEAKER_00] text` and `[Mara]: text` from `[music] text`."""
    is_numbered = bracket["name"].upper().startswith(("SPEAKER", "PERSON"))
    return is_numbered or (bool(bracket["colon"]) and is_name(bracket["name"]))


def _seconds(parts: tuple[str | None, ...]) -> float:
    """Return a time of a cue in seconds."""
    hours, minutes, seconds, fraction = (*parts, None)[:4]
    whole = int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)
    return whole + (float(f"0.{fraction}") if fraction else 0.0)
