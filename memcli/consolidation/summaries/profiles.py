"""
Profiles as memories: for each person who is known well, one core memory of what matters most.

It is made of facts and quotations that hold, and of nothing else: as long as those about a person
are the same, so is the profile. A profile whose statements changed is superseded by the new one.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from memcli.consolidation.summaries.base import (
    SummaryDraft,
    SummaryStep,
    Writer,
    frequent_keywords,
    span,
    written,
)
from memcli.consolidation.summaries.traits import (
    MIN_EVIDENCE,
    MIN_STATEMENTS,
    TRAIT,
    StandingDraft,
    Trait,
    TraitDraft,
    TraitWriter,
    shown_statements,
    trait_row,
)
from memcli.context.profiles.people import Directory, Person, spellings
from memcli.context.profiles.reading import COLUMNS, STATEMENTS, pick_entries
from memcli.context.profiles.sections import HISTORY, Entry, entries_of, merged
from memcli.extraction.derived import common_of
from memcli.jsonl import Row
from memcli.language.names.forms import name_key
from memcli.memory.holds import holds
from memcli.memory.ids import content_id
from memcli.memory.states import State, ids_in_state
from memcli.memory.telling import SECTIONS, spoken
from memcli.memory.watermarks import Watermark
from memcli.memory.writing import link_row
from store.literals import quoted

if TYPE_CHECKING:
    from memcli.models.encoder import Encoder
    from store import Store

KIND: Final = "profile"
# Of whom less is known there is no profile.
LEAST_USED: Final = 3
MOST_OF_SECTION: Final = 3
MAX_WORDS: Final = 120


@dataclass(frozen=True)
class ProfileDraft(SummaryDraft):
    """A profile to be written: two persons of whom the same is said have one each."""

    name: str = ""
    names: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The id that it has in the store."""
        return content_id(KIND, self.namespace, self.name, *self.parts)


class ProfileStep(SummaryStep):
    """One call of `profile` of the nightly run."""

    command = Watermark.PROFILE
    level = 4
    kinds: ClassVar = {KIND: "profiles", TRAIT: "traits"}

    def __init__(
        self,
        store: Store,
        encoder: Encoder,
        now: datetime,
        write: Writer | None = None,
        find_traits: TraitWriter | None = None,
    ) -> None:
        """`find_traits`: asks a language model for the traits of a person, if there is one."""
        super().__init__(store, encoder, now, write)
        self.find_traits = find_traits

    def run(
        self, namespace: str | None = None, progress: Callable[[int], None] = lambda n: None
    ) -> None:
        """Make the profiles that are not there yet; `progress` gets counts of statements."""
        spaces = self.begin(namespace, STATEMENTS)
        hidden = ids_in_state(self.snapshot, State.hidden) if spaces else set()
        for name in spaces:
            where = f"{STATEMENTS} AND namespace = {quoted([name])}"
            rows = [row for row in self.read(COLUMNS, where) if row["id"] not in hidden]
            known = list(self._known_people(name, rows))
            drafts = [self._draft(person, some, len(all_)) for person, some, all_ in known]
            self.reconcile(name, KIND, drafts)
            self.reconcile(name, TRAIT, self._traits(name, rows, known))
            progress(len(rows))
        self.finish()

    # ---------------------------------------------------------------- traits

    def _traits(
        self,
        namespace: str,
        rows: Sequence[Row],
        known: Sequence[tuple[Person, list[Entry], list[Entry]]],
    ) -> list[SummaryDraft]:
        """Return the traits of persons: what a model finds now, else what is known and holds."""
        by_id = {row["id"]: row for row in rows if holds(row, self.now)}
        drafts: list[SummaryDraft] = []
        unasked: set[str] = {person.name for person, _, _ in known}
        for person, _, entries in known if self.find_traits else ():
            some = [by_id[e.ids[0]] for e in entries if e.ids[0] in by_id]
            found = self._traits_of(person, sorted(some, key=_in_time))
            if found is not None:
                drafts += found
                unasked.discard(person.name)
        return [*drafts, *self._standing(namespace, by_id, unasked)]

    def _traits_of(self, person: Person, some: Sequence[Row]) -> list[SummaryDraft] | None:
        """Return the traits of a person that a model finds; None where it was not asked."""
        shown = shown_statements(some)
        if self.find_traits is None or len(shown) < MIN_STATEMENTS:
            return None
        found = self.find_traits(person.name, [line for _, line in shown])
        if found is None:
            return None
        turns = {row["id"]: row["source_ids"] or [row["id"]] for row in some}
        drafts = []
        for trait in found:
            ids = tuple(shown[place][0] for place in trait.shown_by)
            # Facts of one sentence are said once.
            is_shown = len({turns[id_][0] for id_ in ids}) >= MIN_EVIDENCE
            if is_shown and not self.barred.says(person.namespace, trait.text):
                drafts.append(self._trait_draft(person, trait, ids))
        return drafts

    def _trait_draft(self, person: Person, trait: Trait, ids: tuple[str, ...]) -> SummaryDraft:
        make = partial(trait_row, trait, person.name)
        return TraitDraft(TRAIT, person.namespace, ids, ids, make, text=trait.text)

    def _standing(
        self, namespace: str, by_id: Mapping[str, Row], people: Collection[str]
    ) -> Iterator[SummaryDraft]:
        """Yield the traits of some persons that the store has and whose statements all hold."""
        known = self._known(namespace, TRAIT, self.level)
        about = {row["id"]: row["subject"] for row in self.read_ids(known, ["id", "subject"])}
        for id_, row in known.items():
            parts = tuple(row["source_ids"] or ())
            stands = row["superseded_by"] is None and all(part in by_id for part in parts)
            if stands and about[id_] in people:
                yield StandingDraft(TRAIT, namespace, parts, (), lambda _: {}, known=id_)

    def _known_people(
        self, namespace: str, rows: Sequence[Row]
    ) -> Iterator[tuple[Person, list[Entry], list[Entry]]]:
        """Yield who is known well, with what goes into their profile and all that there was."""
        people = Directory(self.snapshot, namespace).all()
        found = entries_of(rows, spellings(people), self.now)
        known = [merged(found.get(person.key, ())) for person in people]
        known = [[entry for entry in entries if entry.section != HISTORY] for entries in known]
        chosen = pick_entries(self.snapshot, known, MOST_OF_SECTION)
        for person, entries, some in zip(people, known, chosen, strict=True):
            fitting = fit_words(some, MAX_WORDS)
            if len(fitting) >= LEAST_USED:
                yield person, fitting, entries

    def _draft(self, person: Person, entries: Sequence[Entry], about: int) -> ProfileDraft:
        ids = tuple(entry.ids[0] for entry in entries)
        make = partial(self._row, person, entries, about)
        names = tuple(sorted(person.names))
        return ProfileDraft(KIND, person.namespace, ids, ids, make, name=person.name, names=names)

    def _row(
        self, person: Person, entries: Sequence[Entry], about: int, needed: Sequence[Row]
    ) -> Row:
        """Return the row of a profile, without what all summaries share."""
        start, end = span(needed)
        title = f"What is known of {person.name} now: what lasts first."
        made = written(self.write, title, needed)
        lines = (e.text if e.fact else spoken(e.text, e.speaker) for e in entries)
        return {
            **common_of(needed),
            "type": "core",
            "text": made.get("text") or "\n".join(lines),
            "keywords": frequent_keywords(needed, [person.name]),
            "subject": person.name,
            "happened_at": end,
            "valid_from": start,
            # With the first of them that ends, it holds no longer as a whole.
            "valid_to": min(
                (e.until for e in entries if e.until and e.until > self.now), default=None
            ),
            "metadata": {
                "entries": [[e.ids[0], e.section, round(e.score, 4)] for e in entries],
                "names": sorted(person.names),
                "said": person.said,
                "about": about,
                **made.get("metadata", {}),
            },
        }

    def _replace(self, outdated: Sequence[Row], drafts: Sequence[SummaryDraft]) -> None:
        """Let the profile of a person take the place of the older one of the same person."""
        by_name = {
            name_key(name): draft
            for draft in drafts
            if isinstance(draft, ProfileDraft)
            for name in draft.names
        }
        found = self.read_ids([row["id"] for row in outdated], ["id", "subject"])
        subjects = {row["id"]: name_key(row["subject"] or "") for row in found}
        gone = []
        for row in outdated:
            draft = by_name.get(subjects.get(row["id"], ""))
            if draft is None:
                gone.append(row)
                continue
            self.plan.successors[row["id"]] = draft.id
            self.plan.superseded += 1
            why = "what is known of the person changed"
            link = link_row(draft.id, row["id"], "supersedes", 1.0, why, self.now)
            self.plan.links.append(link)
        # Of whom too little is known now: the statement that took the last one's place stands.
        super()._replace(gone, ())


def _in_time(row: Row) -> tuple[datetime, str]:
    return row["happened_at"] or datetime.min.replace(tzinfo=UTC), row["id"]


def fit_words(entries: Sequence[Entry], max_words: int) -> list[Entry]:
    """Return the entries that fit, in their order; each section gets its best before any more."""
    left, kept = max_words, set()
    for _, entry in sorted(_ranked(entries), key=lambda ranked: ranked[0]):
        words = len(entry.text.split())
        if words <= left:
            left -= words
            kept.add(entry.ids[0])
    return [entry for entry in entries if entry.ids[0] in kept]


def _ranked(entries: Sequence[Entry]) -> Iterator[tuple[tuple[int, float, str], Entry]]:
    for section in SECTIONS:
        some = [entry for entry in entries if entry.section == section]
        some.sort(key=lambda entry: (-entry.score, entry.ids))
        for place, entry in enumerate(some):
            yield (place, -entry.score, entry.ids[0]), entry
