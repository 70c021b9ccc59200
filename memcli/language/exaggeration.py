"""
Exaggeration: what is said for effect or of a moment, and is not told as what is so.

Hyperbole ("I've aged ten years", "I could eat a horse"), threats and vows of the moment, metaphors
of persons, things and animals that act like persons, and what is over in a minute ("I'm crying at
the reception desk"). By the grammar; words are in exaggeration.toml. On the forms that it takes:
Claridge, "Hyperbole in English" (2011).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache, partial
from itertools import pairwise
from typing import Final

from memcli.language.data import read_data, words
from memcli.language.facts.forms import bases
from memcli.language.syntax import Parse, Word

__all__ = ["is_exaggerated"]

_cue = partial(words, "exaggeration")
_FIRST: Final = frozenset("i we im me us".split())
_APART: Final = ("conj", "parataxis", "discourse", "vocative")
_DURING: Final = frozenset("for since until till during after before".split())


def is_exaggerated(parse: Parse, head: Word) -> bool:
    """Tell a clause, by its head, that is said for effect, or of what is over in a minute."""
    own = parse.subtree(head, _APART)
    if _all_cues().isdisjoint(each for w in own for each in bases(w)):
        return False
    return any(is_so(parse, head, own) for is_so in _WAYS)


@cache
def _all_cues() -> frozenset[str]:
    """Return the words without one of which nothing is taken for an exaggeration."""
    keys = (
        "dying moods doings threats could no_person huge thousands personal office minds spans"
        " partner last_straw parent oracles leaving"
    ).split()
    pairs: list[str] = read_data("exaggeration")["idioms"]
    verbs = frozenset(each.split(" ")[0] for each in pairs)
    return frozenset({"stuck", "one", "again"}) | verbs.union(*map(_cue, keys))


def _is(word: Word, key: str) -> bool:
    return not bases(word).isdisjoint(_cue(key))


def _subject(parse: Parse, head: Word) -> Word | None:
    """Return the subject of a clause; of one that is joined or below another, that one's."""
    each: Word | None = head
    while each is not None:
        found = parse.child(each, "nsubj")
        if found is not None:
            return found
        each = parse.head(each) if each.is_("conj", "xcomp", "advcl") else None
    return None


def _is_own(parse: Parse, head: Word) -> bool:
    subject = _subject(parse, head)
    return subject is not None and subject.text.lower() in _FIRST


def _is_human(parse: Parse, head: Word) -> bool:
    """Tell whether a clause is of the speaker or of a relative."""
    subject = _subject(parse, head)
    return subject is not None and (
        subject.text.lower() in _FIRST or subject.lemma.lower() in words("nouns", "relation")
    )


def _helpers(parse: Parse, head: Word) -> frozenset[str]:
    return frozenset(w.text.lower().replace("\u2019", "'") for w in parse.children(head, "aux"))


def _is_going_on(parse: Parse, head: Word) -> bool:
    """Tell "am eating" and "is mortified": of now."""
    tied = parse.children(head, "aux", "cop")
    now = any(w.lemma == "be" and w.xpos in ("VBP", "VBZ") for w in tied)
    return now and (head.xpos in ("VBG", "JJ", "VBN") or head.upos == "ADJ")


def _has_time(parse: Parse, own: Sequence[Word]) -> bool:
    """Tell whether it is said when, how long or how often."""
    timed = words("moods", "time_nouns") | words("moods", "often") | words("moods", "present")
    now = {"now", "still"}
    return any(w.text.lower() in timed - now or w.text.lower() in _DURING for w in own)


# ---------------------------------------------------------------- the ways


def _is_dying(parse: Parse, head: Word, own: Sequence[Word]) -> bool:
    """Tell "I'm dead", "I died laughing", "I'm dying to know"."""
    return _is(head, "dying") and _is_own(parse, head) and not any(_is(w, "illness") for w in own)


def _is_mood(parse: Parse, head: Word, own: Sequence[Word]) -> bool:
    """Tell "I'm crying at the reception desk", "we're eating soup on the balcony"."""
    if not (_is_going_on(parse, head) and _is_human(parse, head)) or _has_time(parse, own):
        return False
    if _is(head, "moods"):
        return True
    if head.text.lower() == "stuck":
        return any(_is(w, "stuck") for w in own)
    compared = any(w.xpos in ("JJR", "RBR") for w in own)
    aimed = any(w.text.lower() == "for" for w in own)
    lasting = any(not bases(w).isdisjoint(words("nouns", "worn")) for w in own)
    sat = "sit" in bases(head) and parse.child(head, "obj") is not None
    return _is(head, "doings") and not (compared or aimed or lasting or sat)


def _is_idiom(parse: Parse, head: Word, own: Sequence[Word]) -> bool:
    """Tell "I've aged ten years", "the sauce changed my life"."""
    pairs: list[str] = read_data("exaggeration")["idioms"]
    # "I swear the sauce changed my life"
    for verb in (head, *parse.children(head, "ccomp")):
        done_to = ("obj", "iobj", "xcomp") if parse.child(verb, "cop") is None else ("obl",)
        behind = parse.children(verb, *done_to)
        if any(f"{v} {n}" in pairs for v in bases(verb) for w in behind for n in bases(w)):
            return True
    return False


def _is_threat(parse: Parse, head: Word, own: Sequence[Word]) -> bool:
    """Tell "I could eat a horse", "I'm going to murder him", "I want to die"."""
    helpers = _helpers(parse, head)
    if not _is_own(parse, head):
        return False
    if "could" in helpers and _is(head, "could"):
        return not any(w.lemma in ("not", "n't", "never") for w in parse.children(head))
    below = parse.children(head, "xcomp")
    ahead = head.lemma in ("go", "gon", "want", "need") and any(_is(w, "threats") for w in below)
    will = not helpers.isdisjoint(("will", "'ll", "might", "may")) and _is(head, "threats")
    return (ahead or will) and not _is_done_to_thing(parse, [head, *below])


def _is_done_to_thing(parse: Parse, verbs: Sequence[Word]) -> bool:
    """Tell "kill the process" from "kill my neighbour"."""
    done_to = [w for verb in verbs for w in parse.children(verb, "obj")]
    return any(w.upos == "NOUN" and w.lemma.lower() not in _people() for w in done_to)


@cache
def _people() -> frozenset[str]:
    kinds = (words("nouns", each) for each in ("relation", "occupation"))
    return words("standing", "persons").union(*kinds, words("salience", "kin"))


def _is_last_straw(parse: Parse, head: Word, own: Sequence[Word]) -> bool:
    """Tell "If one more person asks, I'm moving to the moon"."""
    if not _is_own(parse, head):
        return False
    for clause in parse.children(head, "advcl"):
        inside = parse.subtree(clause)
        said = [w.text.lower() for w in inside]
        more = ("one", "more") in pairwise(said)
        if "if" in said[:3] and (more or not _cue("last_straw").isdisjoint(said)):
            return True
    return False


def _is_leaving(parse: Parse, head: Word, own: Sequence[Word]) -> bool:
    """Tell "I'm moving to Antarctica", but neither "for work" nor "I've moved to Antarctica"."""
    to = [w for w in parse.children(head, "obl") if parse.child(w, "case")]
    is_meant = _has_time(parse, own) or any(w.text.lower() in ("for", "as") for w in own)
    told = _is(head, "leaving") and _is_own(parse, head) and _is_going_on(parse, head)
    return told and not is_meant and any(_is(w, "nowhere") for w in to)


def _is_vow(parse: Parse, head: Word, own: Sequence[Word]) -> bool:
    """Tell "I'm never drinking again", which holds until the next time."""
    said = {w.text.lower() for w in own}
    ahead = head.xpos == "VBG" or not _helpers(parse, head).isdisjoint(("will", "'ll"))
    return _is_own(parse, head) and ahead and {"never", "again"} <= said


def _is_no_person(parse: Parse, head: Word, own: Sequence[Word]) -> bool:
    """Tell "I'm a potato", "my kids are monkeys"."""
    bare = parse.child(head, "cop") is not None and parse.child(head, "case") is None
    article = parse.child(head, "det") is not None or head.xpos == "NNS"
    told = bare and article and head.upos in ("NOUN", "PROPN") and _is_human(parse, head)
    apart = parse.child(head, "nmod", "acl", "compound")
    return told and _is(head, "no_person") and not (apart and _is(head, "office"))


def _is_huge(parse: Parse, head: Word, own: Sequence[Word]) -> bool:
    """Tell "I've told him a million times", "waiting for three hundred years"."""
    large = [w for w in own if _is_spelled(w, "huge") or _is_spelled(w, "thousands")]
    for word in large if _is_own(parse, head) else ():
        above = [word, *parse.ancestors(word)][:3]
        nouns = [w for w in above if w.upos == "NOUN" and w is not word]
        if any(_is(w, "many") and not _is(w, "spans") for w in nouns):
            continue
        years = any(_is(w, "spans") for w in nouns)
        if nouns and (_is_spelled(word, "huge") or years or len(large) > 1):
            return True
    return False


def _is_spelled(word: Word, key: str) -> bool:
    """Tell a number in letters: the parser has "million" for the lemma of "m"."""
    return word.text.lower().removesuffix("s") in _cue(key)


def _is_personified(parse: Parse, head: Word, own: Sequence[Word]) -> bool:
    """Tell "my bank account is crying", "the dog is CEO now", "my cat runs the company"."""
    subject = parse.child(head, "nsubj")
    if subject is None or subject.upos != "NOUN" or subject.name != "O":
        return False
    noun = subject.lemma.lower()
    animal = noun in words("nouns", "animal")
    if animal:
        works = parse.child(head, "cop") is not None and bases(head) & words("nouns", "occupation")
        rules = _is(head, "office") and parse.child(head, "obj") is not None
        return bool(works) or rules
    human = noun in _people() | words("standing", "groups")
    ends = noun.endswith(("er", "or", "ist", "man", "people", "ent"))
    return _is(head, "personal") and head.upos == "VERB" and not (human or ends)


def _is_in_mind(parse: Parse, head: Word, own: Sequence[Word]) -> bool:
    """Tell "in my head I own a castle"."""
    placed = [w for w in parse.children(head, "obl") if _is(w, "minds")]
    opens = [w for w in placed if w.index < head.index]
    return any(c.lemma == "in" for w in opens for c in parse.children(w, "case"))


def _is_mock_wedding(parse: Parse, head: Word, own: Sequence[Word]) -> bool:
    """Tell "I married the wrong sandwich", "I'm marrying this chair"."""
    if not _is(head, "partner"):
        return False
    return _is_done_to_thing(parse, [head])


def _is_mock_parent(parse: Parse, head: Word, own: Sequence[Word]) -> bool:
    """Tell "I'm the proud mother of three houseplants"."""
    if not (_is(head, "parent") and parse.child(head, "cop") and _is_own(parse, head)):
        return False
    of = [w for w in parse.children(head, "nmod") if w.upos == "NOUN" and w.name == "O"]
    beings = _people() | words("nouns", "animal")
    return any(bases(w).isdisjoint(beings) for w in of)


def _is_oracle(parse: Parse, head: Word, own: Sequence[Word]) -> bool:
    """Tell "my horoscope says I'm getting married"."""
    subject = parse.child(head, "nsubj")
    says = head.lemma.lower() in words("framing", "telling") and parse.child(head, "ccomp")
    return bool(says) and subject is not None and _is(subject, "oracles")


_WAYS: Final[tuple[Callable[[Parse, Word, Sequence[Word]], bool], ...]] = (
    _is_dying,
    _is_mood,
    _is_idiom,
    _is_threat,
    _is_last_straw,
    _is_vow,
    _is_leaving,
    _is_no_person,
    _is_huge,
    _is_personified,
    _is_in_mind,
    _is_mock_wedding,
    _is_mock_parent,
    _is_oracle,
)
