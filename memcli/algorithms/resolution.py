"""
Entity resolution: string, co-occurrence and time as evidence, ambiguity as a stop.

The shape is that of Hindsight's entity resolver (0.5 name, 0.3 co-occurrence, 0.2 time, threshold
0.6), made sound: small samples are shrunk, what is unknown counts neither way, names in one
sentence are not one entity, and a name that could be two entities stays by itself. Candidates come
from blocks of equal keys, and close spellings from the deletions of a letter (SymSpell), so the
cost is that of reading each name once. The result depends on neither order nor batches.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from memcli.algorithms.mentions import UNKNOWN_TYPES, Mention, weigh
from memcli.language.names.forms import block_keys, likeness, lookup_keys, name_key, read_form

__all__ = ["Alias", "Resolution", "could_be_one", "resolve"]

THRESHOLD: Final = 0.6
# A misspelling is much rarer than what it misspells.
TYPO_RATIO: Final = 5
# With so many in one block the name is ambiguous whatever the rest are.
MAX_CANDIDATES: Final = 32


@dataclass(frozen=True, slots=True)
class Alias:
    """A statement that somebody or something goes by another name; said_in: the id of its turn."""

    namespace: str
    name: str
    alias: str
    said_in: str | None = None


@dataclass(frozen=True, slots=True)
class Resolution:
    """A name that means the same as `canonical`; evidence in [0, 1] by kind, score their mean."""

    namespace: str
    name: str
    canonical: str
    score: float
    evidence: Mapping[str, float]
    reason: str


def resolve(mentions: Sequence[Mention], aliases: Iterable[Alias] = ()) -> list[Resolution]:
    """
    Return the names that mean the same as a fuller or commoner one, by namespace and name.

    Each name has one mention. What a user has merged is not among them, and is never undone.
    """
    by_namespace: dict[str, list[Mention]] = defaultdict(list)
    stated: dict[str, list[Alias]] = defaultdict(list)
    for mention in mentions:
        by_namespace[mention.namespace].append(mention)
    for alias in aliases:
        stated[alias.namespace].append(alias)
    found: list[Resolution] = []
    for namespace in sorted(by_namespace):
        clusters = _Clusters(by_namespace[namespace])
        clusters.merge_equal()
        clusters.merge_aliases(stated[namespace])
        clusters.merge_alike()
        found += clusters.resolutions()
    return found


def could_be_one(name: str, other: str, type_: str) -> bool:
    """Say whether two names of a type have so much in common that evidence of use decides."""
    one, two = read_form(name, type_), read_form(other, type_)
    return bool(one.words == two.words or likeness(one, two, type_) or likeness(two, one, type_))


class _Fit(NamedTuple):
    """A fuller name that a name may mean."""

    key: str
    score: float
    reason: str


class _Clusters:
    """The names of one namespace, put together step by step; each cluster has a root."""

    def __init__(self, mentions: Iterable[Mention]) -> None:
        known = {name_key(mention.name): mention for mention in mentions}
        self.known = {key: known[key] for key in sorted(known)}
        self.types = {k: "person" if m.speaks else m.type for k, m in self.known.items()}
        self.forms = {k: read_form(m.name, self.types[k]) for k, m in self.known.items()}
        self.root = {key: key for key in self.known}
        self.members = {key: {key} for key in self.known}
        self.pinned: set[str] = set()
        self.overruled = {k for k, m in self.known.items() if m.merged_into is not None}
        self.why: dict[str, tuple[float, dict[str, float], str]] = {}
        for key in sorted(self.overruled):
            self._follow_ruling(key, self.known[key].merged_into or key)

    def _follow_ruling(self, key: str, winner: str) -> None:
        if winner in self.root and self.root[winner] != self.root[key]:
            self._join(self.root[key], self.root[winner])
            self.pinned.add(winner)

    def _join(self, child: str, root: str) -> None:
        """Put one cluster under the root of another."""
        for key in self.members[child]:
            self.root[key] = root
        self.members[root] |= self.members.pop(child)

    def _merge(
        self, name: str, other: str, score: float, evidence: dict[str, float], reason: str
    ) -> None:
        """Put the cluster of a name under that of another; what a user made a root stays one."""
        child, root = self.root[name], self.root[other]
        if child in self.pinned:
            child, root = root, child
        if child not in self.pinned:
            self.why[child] = (score, evidence, reason)
            self._join(child, root)

    def _excluded(self, name: str, other: str, stated: bool = False, equal: bool = False) -> bool:
        """
        Say whether the clusters of two names are known to be different.

        A statement that two names are one overrides that they stand in one sentence, as it does
        itself; that two spellings of a name do means nothing. A user's word overrides everything.
        """
        one, two = self.members[self.root[name]], self.members[self.root[other]]
        for here, there in ((one, two), (two, one)):
            for key in here:
                mention = self.known[key]
                if mention.never & there:
                    return True
                excused = {name, other} if stated and key in (name, other) else set()
                if not equal and (mention.apart & there) - excused:
                    return True
        return False

    def _speaks(self, key: str) -> bool:
        return any(self.known[member].speaks for member in self.members[self.root[key]])

    # ------------------------------------------------------------ equal names

    def merge_equal(self) -> None:
        """Merge names that differ in case, accents, possessive, title or legal form only."""
        groups: dict[tuple[str, ...], list[str]] = defaultdict(list)
        for key, form in self.forms.items():
            groups[form.words].append(key)
        for group in groups.values():
            for some in _parted(group, self._known_type):
                for names in _parted(some, lambda key: self.forms[key].sex):
                    self._merge_group(names)

    def _known_type(self, key: str) -> str:
        return "" if self.types[key] in UNKNOWN_TYPES else self.types[key]

    def _merge_group(self, names: list[str]) -> None:
        best = min(names, key=self._rank)
        for name in names:
            free = name not in self.overruled and self.root[name] != self.root[best]
            if free and not self._excluded(name, best, equal=True):
                self._merge(name, best, 1.0, {"name": 1.0}, "equal")

    def _rank(self, key: str) -> tuple[bool, bool, int, str]:
        """Order spellings: what a user has chosen, then speakers' names, then by use."""
        mention = self.known[key]
        return key not in self.pinned, not mention.speaks, -mention.count, key

    # ------------------------------------------------------------ stated aliases

    def merge_aliases(self, aliases: Iterable[Alias]) -> None:
        """Merge names that are said to mean one, unless they are said to of several."""
        names: dict[str, set[str]] = defaultdict(set)
        for alias in aliases:
            one, other = name_key(alias.name), name_key(alias.alias)
            if one != other and one in self.known and other in self.known:
                names[other].add(one)
        for alias_key in sorted(names):
            self._merge_alias(alias_key, sorted(names[alias_key]))

    def _merge_alias(self, alias: str, names: list[str]) -> None:
        """Merge an alias with the one entity that it is said to mean; the fuller name stays."""
        self._merge_variants(names)
        name = names[0]
        roots = {self.root[name] for name in names} - {self.root[alias]}
        talking = self.known[alias].speaks and alias in self.known[name].apart
        talking = talking and self.known[name].speaks
        if len(roots) != 1 or alias in self.overruled or talking:
            return
        name = min(key for key in names if self.root[key] in roots)
        if not self._excluded(alias, name, stated=True):
            one, other = alias, name
            if likeness(self.forms[name], self.forms[alias], self.types[name]):
                one, other = name, alias
            self._merge(one, other, 1.0, {"stated": 1.0}, "alias")

    def _merge_variants(self, names: list[str]) -> None:
        """Merge meanings of one alias that differ by a plural or a hyphen only."""
        if len(names) < 2 or len({_variant(name) for name in names}) > 1:
            return
        best = min(names, key=self._rank)
        for name in names:
            free = name not in self.overruled and self.root[name] != self.root[best]
            if free and not self._excluded(name, best, equal=True):
                self._merge(name, best, 1.0, {"stated": 1.0}, "alias")

    # ------------------------------------------------------------ like names

    def merge_alike(self) -> None:
        """Merge each name with the one fuller name that it can mean, as long as there are any."""
        self.blocks: dict[str, list[str]] = defaultdict(list)
        for key, form in self.forms.items():
            for block in sorted(block_keys(form, self.types[key])):
                self.blocks[block].append(key)
        order = sorted(self.known, key=lambda key: (-len(self.forms[key].words), -len(key), key))
        order = [key for key in order if key not in self.overruled]
        while any([self._merge_with_its_like(key) for key in order if self.root[key] == key]):
            pass

    def _merge_with_its_like(self, key: str) -> bool:
        """Merge a name if there is exactly one entity that it can mean and evidence for it."""
        fits = self._fuller_names(key)
        if len({self.root[fit.key] for fit in fits}) != 1:
            return False
        best = min(fits, key=lambda fit: (-fit.score, fit.key))
        if self._excluded(key, best.key) or {key, self.root[best.key]} <= self.pinned:
            return False
        # A speaker is whom the others call by that name; one who is only talked about, and in
        # full, is mostly somebody else.
        if self._speaks(key) and not self._speaks(best.key):
            return False
        score, evidence = weigh(best.score, self.known[key], self.known[best.key])
        if score >= THRESHOLD:
            self._merge(key, best.key, score, evidence, best.reason)
        return score >= THRESHOLD

    def _fuller_names(self, key: str) -> list[_Fit]:
        """Return the fuller names that a name may mean."""
        fits = []
        for other in self._candidates(key):
            type_ = self._common_type(key, other)
            like = likeness(self.forms[key], self.forms[other], type_) if type_ else None
            if like and (like.reason != "spelling" or self._is_slip(key, other)):
                fits.append(_Fit(other, like.score, like.reason))
        return fits

    def _candidates(self, key: str) -> list[str]:
        """Return the other names in the blocks of a name, of a large block only some."""
        found: dict[str, None] = {}
        for block in sorted(lookup_keys(self.forms[key], self.types[key])):
            found.update(dict.fromkeys(self.blocks.get(block, ())[:MAX_CANDIDATES]))
        return [other for other in found if self.root[other] != self.root[key]]

    def _common_type(self, key: str, other: str) -> str:
        """Return the type by whose rules two names are compared; none where it is unknown."""
        one, two = self._known_type(key), self._known_type(other)
        return two if one == two or (not one and two == "organization") else ""

    def _is_slip(self, key: str, other: str) -> bool:
        mention, common = self.known[key], self.known[other]
        return 0 < mention.count * TYPO_RATIO <= common.count and not mention.speaks

    def resolutions(self) -> list[Resolution]:
        """Return what was merged here, by name."""
        return [
            Resolution(m.namespace, m.name, self.known[self.root[key]].name, *self.why[key])
            for key, m in self.known.items()
            if key in self.why
        ]


def _variant(key: str) -> tuple[str, ...]:
    """Return the words of a name without what a plural or a hyphen changes."""
    return tuple(w[:-1] if len(w) > 3 and w.endswith("s") else w for w in re.findall(r"\w+", key))


def _parted(keys: list[str], label: Callable[[str], str]) -> Iterator[list[str]]:
    """Part names by a label; those without one go with the others if these have only one."""
    groups: dict[str, list[str]] = defaultdict(list)
    for key in keys:
        groups[label(key)].append(key)
    if len(groups) == 2 and "" in groups:
        yield keys
    else:
        yield from (groups[name] for name in sorted(groups) if name)
        yield from [groups[""]] if len(groups) == 1 and "" in groups else ()
