"""Text exports of DiscordChatExporter: `[date] name` on a line of its own, the words below it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from memcli.ingestion.transcripts.date_order import is_day_first
from memcli.ingestion.transcripts.items import Item, Rejected, Source
from memcli.ingestion.transcripts.lines import read_lines
from memcli.ingestion.transcripts.marks import TurnMark
from memcli.ingestion.transcripts.style import sample
from memcli.ingestion.transcripts.turns import Turns

_RULE = re.compile(r"={20,}")
_HEAD = re.compile(r"\[(?P<when>[^\]]{6,40})\] (?P<name>.{1,80}?)(?: \(pinned\))?")
_CHANNEL = re.compile(r"Channel: (?P<name>.+)")
# What follows a message: files, embedded pages, reactions.
_BESIDE = re.compile(r"\{(?P<what>Attachments|Embed|Reactions|Stickers)\}")


def is_discord_text(head: bytes) -> bool:
    """Tell an export by its header between rules."""
    lines = head.decode(errors="ignore").splitlines()[:4]
    named = any(line.startswith(("Guild: ", "Channel: ")) for line in lines)
    return bool(lines) and bool(_RULE.fullmatch(lines[0])) and named


def read_discord_text(source: Source) -> Iterator[Item]:
    """Yield the turns of a channel."""
    lines, source = sample(source)
    channel = next((found["name"] for line in lines if (found := _CHANNEL.fullmatch(line))), None)
    heads = [found for line in lines if (found := _HEAD.fullmatch(line))]
    turns = Turns(source, is_day_first(found["when"] for found in heads), channel)
    ruled, beside = False, ""
    for line in read_lines(source):
        if isinstance(line, Rejected):
            yield line
            continue
        text = line.data.decode()
        head = _HEAD.fullmatch(text)
        if _RULE.fullmatch(text):
            yield from turns.close()
            ruled = not ruled
        elif head and not ruled:
            mark = TurnMark("stamp", head["name"], "", head["when"])
            yield from turns.begin(line.number, mark, text)
            beside = ""
        elif turns.open:
            below = _BESIDE.fullmatch(text)
            beside = below["what"] if below else beside
            if beside == "Attachments" and text.strip() and not below:
                turns.attachments.append(text.strip())
            turns.add("" if beside else text)
    yield from turns.close()
