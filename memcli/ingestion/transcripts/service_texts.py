"""Service texts of agents: what stands where a user's words would, and was said by nobody."""

from __future__ import annotations

import re
from functools import cache
from typing import Final, NamedTuple

from memcli.ingestion.transcripts.tagged import without_blocks
from memcli.language.data import read_toml

# No text begins with it: of an agent without tags, none is left out for one.
NO_TAG: Final = "memcli-none"


class ServiceTexts(NamedTuple):
    """The texts of one agent: tags of blocks that are no words, and what makes a turn none."""

    blocks: re.Pattern[str]
    whole: re.Pattern[str]

    def said(self, text: str) -> str:
        """Return what a person or the assistant said in a text, "" where nobody did."""
        if self.whole.match(text):
            return ""
        return without_blocks(text, self.blocks).strip() if "<" in text else text


@cache
def service_texts(agent: str) -> ServiceTexts:
    """Return the service texts of an agent, by its name in the file of data."""
    rules = read_toml("ingestion/transcripts/service_texts.toml")
    own = rules.get(agent, {})
    blocks = "|".join(map(re.escape, [*rules["all"]["blocks"], *own.get("blocks", [])]))
    tags = "|".join(re.escape(tag).replace(r"\*", r"[\w-]*") for tag in own.get("tags", [NO_TAG]))
    starts = "|".join(map(re.escape, own.get("starts", ["\0"])))
    return ServiceTexts(
        re.compile(rf"<({blocks})(?:\s[^<>]*)?>"),
        re.compile(rf"\s*(?:<(?:{tags})(?:\s[^<>]*)?/?>|{starts})"),
    )
