"""
The tense of the clause around a place in an English sentence, from its verbs and auxiliaries.

Shallow on purpose: the nearest cue before the place within its clause decides, then the nearest
after it, then the nearest before it in the sentence. A verb that has one form for present and
past (put, read, cut) is no cue.
"""

from __future__ import annotations

import re
from typing import Final, Literal

Tense = Literal["past", "present", "future", "unknown"]

# How far a sentence is followed to either side, so that a text without full stops stays cheap.
REACH: Final = 240

_SENTENCE_END = re.compile(r"[.!?;](?=[\s\"')*]|$)|\n")
_CLAUSE_SEAM = re.compile(
    r",\s|\s[-\u2013\u2014]+\s|\b(?:but|because|while|whereas|although|though|then|that"
    r"|(?:and|so)\s+(?:i|we|he|she|they|you|it|that|there)(?=['\u2019\s]))\b"
)
_IRREGULAR_PAST = (
    "went saw met made took came gave found told said knew thought felt left began ran ate drank "
    "drove flew wrote bought brought caught taught fought sold sent spent lost won built kept "
    "slept held heard led paid stood understood spoke broke chose fell forgot grew hung rode rose "
    "sang sank shook shot stole swam swore threw woke wore became bit blew dug drew fed fled froze "
    "laid meant shone slid stuck struck swept tore got sat"
)
_PARTICIPLE = (
    "been done gone seen met made taken come given found told known left run eaten drunk driven "
    "flown written bought brought caught taught sold sent spent lost won built kept held heard "
    "led had gotten got become begun chosen fallen grown ridden spoken broken won started"
)
_NOT_PAST = (
    r"(?!(?:need|feed|speed|seed|weed|bed|red|indeed|exceed|proceed|succeed|hundred|sacred)\b)"
)
_BE = r"(?:\b(?:am|is|are|isn['\u2019]t|aren['\u2019]t)|['\u2019](?:m|s|re))"
_ADVERBS = r"\s+(?:(?:not|also|just|still|all|really|\w{2,12}ly)\s+)?"
# "the confirmed time", "your revised plan": no verb.
_ATTRIBUTE = "".join(
    rf"(?<!\b{word}\s)" for word in "the a an my your our his her their this that of for".split()
)
# Polite forms of the present: "I wanted to ask whether ...".
_POLITE = r"\bwanted\s+to\b|\b(?:was|were)\s+(?:just\s+)?(?:wondering|thinking|hoping)\b"
_CUE = re.compile(
    rf"(?P<polite>{_POLITE})"
    r"|(?P<past>\b(?:was|were|had|did|wasn['\u2019]t|weren['\u2019]t|hadn['\u2019]t"
    r"|didn['\u2019]t|used\s+to)\b"
    rf"|(?:\b(?:have|has|haven['\u2019]t|hasn['\u2019]t)|['\u2019](?:ve|s)){_ADVERBS}"
    rf"(?:been|(?!\w{{1,3}}ed\b)\w+ed|{_PARTICIPLE.replace(' ', '|')})\b)"
    r"|(?P<future>\b(?:will|shall|won['\u2019]t|gonna|going\s+to|about\s+to|look(?:ing)?\s+forward"
    r"|can['\u2019]t\s+wait|see\s+you"
    r"|let['\u2019]?s|plan(?:s|ning)?\s+(?:to|on)|hop(?:e|es|ing)\s+to)\b"
    rf"|['\u2019]ll\b|{_BE}{_ADVERBS}\w+ing\b(?<!being))"
    rf"|(?P<present>{_BE}(?:{_ADVERBS}\w+ed\b)?"
    r"|\b(?:pumped|excited|thrilled|stoked|psyched|interested|worried|scared|tired|bored)\b"
    r"|\b(?:can|could|should|would|may|might|must)\b|['\u2019]d\b)"
    r"|(?P<weak>\b(?:be|do|does|don['\u2019]t|doesn['\u2019]t|have|has|need|want"
    r"|works?|starts?|begins?"
    r"|leaves?)\b)"
    rf"|(?P<verb>\b{_ATTRIBUTE}(?:{_NOT_PAST}\w{{2,16}}ed|{_IRREGULAR_PAST.replace(' ', '|')})\b)"
)


def sentence_around(text: str, place: int) -> tuple[int, int]:
    """Return where the sentence around a place starts and ends, at most REACH characters away."""
    low = max(0, place - REACH)
    ends = [found.end() for found in _SENTENCE_END.finditer(text, low, place)]
    after = _SENTENCE_END.search(text, place, min(len(text), place + REACH))
    return (ends[-1] if ends else low), (after.start() if after else min(len(text), place + REACH))


def clause_around(lowered: str, start: int, end: int) -> tuple[int, int]:
    """Return where the clause around [start, end) starts and ends within its sentence."""
    low, high = sentence_around(lowered, start)
    seams = [seam.end() for seam in _CLAUSE_SEAM.finditer(lowered, low, start)]
    # The comma after "This weekend, we ..." ends no clause.
    after = end + lowered.startswith(",", end)
    seam = _CLAUSE_SEAM.search(lowered, after, max(after, high))
    return (seams[-1] if seams else low), (seam.start() if seam else max(after, high))


def tense_at(lowered: str, start: int, end: int) -> Tense:
    """Return the tense of the clause around [start, end) of a lower-case text."""
    low, high = sentence_around(lowered, start)
    clause, clause_end = clause_around(lowered, start, end)
    before = list(_CUE.finditer(lowered, low, start))
    inside = [cue for cue in before if cue.start() >= clause]
    if inside:
        return _of_clause(inside)
    after = _CUE.search(lowered, end, max(end, high))
    if after and (after.start() < clause_end or not before):
        return _tense(after)
    return _of_clause(before) if before else "unknown"


def _of_clause(cues: list[re.Match[str]]) -> Tense:
    """Return what the last cue says; "did I do" is past: a plain verb follows its auxiliary."""
    strong = [cue for cue in cues if not cue["weak"]]
    return _tense((strong or cues)[-1])


def _tense(cue: re.Match[str]) -> Tense:
    if cue["past"] or cue["verb"]:
        return "past"
    return "future" if cue["future"] else "present"
