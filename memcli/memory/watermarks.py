"""
Watermarks: how far each step has worked through a store, as a number that its commits keep.

A step whose watermark is still true has nothing to do, and finds that out without looking.
"""

from __future__ import annotations

from enum import StrEnum


class Watermark(StrEnum):
    """The name of a watermark; `counts` says what its number is."""

    counts: str

    def __new__(cls, name: str, counts: str) -> Watermark:
        """Make a name that says what it counts."""
        member = str.__new__(cls, name)
        member._value_, member.counts = name, counts
        return member

    EXTRACT = "extract", "turns that segments were made of"
    LINK = "link", "statements, segments and summaries that are linked"
    CO_RECALL = "co_recall", "microseconds since 1970 of the newest recall that links tell of"
    MERGE = "merge", "statements that there were when all were compared with one another"
    ENTITIES = "entities", "entities, and microseconds since 1970 of the newest change of one"
    SUMMARIZE = "summarize", "segments and sessions that were summed up, superseded ones twice"
    ABSTRACT = "abstract", "statements that lessons were looked for in, superseded ones twice"
    PROFILE = "profile", "statements that profiles were made of, superseded ones twice"
    DECAY_DAY = "decay_day", "the day since 1970 that the states hold for"
    DECAY_RECALLS = "decay_recalls", "recalls that the states follow from"
    DECAY_COMMIT = "decay_commit", "the commit that made the memories that the states follow from"
    DECAY_SETTINGS = "decay_settings", "a fingerprint of the settings of decay"
