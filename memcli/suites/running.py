"""Run of a suite: a store in a temporary folder is told all of it, and asked."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from memcli.suites.asking import CaseVerdict, ask, told_before
from memcli.suites.cases import FIRST_DAY, Case, Round, Suite

if TYPE_CHECKING:
    from memcli.models.encoder import Encoder
    from store import Store

# When everything is done and asked.
NOW: Final = FIRST_DAY + timedelta(days=150)
# A shorter text may stand in compressed data by chance.
MIN_TRACED_BYTES: Final = 8


@dataclass(frozen=True)
class Outcome:
    """
    What a store answered in the end.

    before: cases of what was to be forgotten, and whether it was told before that: only what was
    told can be forgotten.
    """

    verdicts: list[CaseVerdict]
    before: list[tuple[Case, bool]]


def run_suite(suite: Suite, progress: Callable[[int], None] = lambda n: None) -> Outcome:
    """Outcome of a suite in a store of its own, which is gone afterwards."""
    before: list[tuple[Case, bool]] = []
    with _told_store() as told:
        for one in suite.rounds:
            told.tell(one)
            if one.release or one.purge:
                before += told_before(told.memory, suite.to_forget, progress)
                told.forget(one)
        return Outcome(told.traced(ask(told.memory, suite.cases, progress)), before)


@contextmanager
def _told_store() -> Iterator[ToldStore]:
    """Yield a new store, that of nobody: no mark of trust is left behind."""
    from memcli.memory.encoders import load_encoder
    from memcli.models.encoder import DEFAULT_ENCODER
    from store import Store

    encoder = load_encoder(DEFAULT_ENCODER)
    with TemporaryDirectory(prefix="memcli-suite-") as folder:
        yield ToldStore(Store.create(Path(folder) / "store", encoder.stamp()), encoder)


class ToldStore:
    """A store that is told and made to forget by the same steps as by the commands."""

    def __init__(self, store: Store, encoder: Encoder) -> None:
        from memcli.agents.memory_store import MemoryStore
        from memcli.search.resident import ResidentMemory

        self._store, self._encoder = store, encoder
        self.memory = ResidentMemory(store, present=NOW)
        self._hand = MemoryStore(self.memory)

    def tell(self, one: Round) -> None:
        """Take in what is said, written and noted, and work on it as `extract` and `link` do."""
        if one.turns:
            self._hand.ingest(one.turns)
        with TemporaryDirectory(prefix="memcli-suite-") as folder:
            for name, text in one.documents.items():
                path = Path(folder) / name
                path.write_text(text, encoding="utf-8")
                self._hand.ingest(path, name="assistant", timestamp=FIRST_DAY)
        for note in one.notes:
            self._hand.add(note.text, name=note.name, replaces=[note.replaces])
        self._work()

    def forget(self, one: Round) -> None:
        """Archive and purge what is to be forgotten, and make anew what other turns say."""
        from memcli.retention.purge.plan import plan_purge
        from memcli.retention.purge.purging import PurgeStep

        if one.release:
            self._hand.forget(*one.release)
        if one.purge:
            snapshot = self.memory.snapshot
            named = [record["id"] for record in self.memory.select(one.purge)]
            PurgeStep(self._store, snapshot, plan_purge(snapshot, named), NOW).commit({})
        self._work()

    def _work(self) -> None:
        from memcli.consolidation.linking import LinkStep

        self._hand.extract()
        step = LinkStep(self._store, self._encoder, NOW)
        step.run()
        step.commit({})

    def traced(self, verdicts: Iterator[CaseVerdict]) -> list[CaseVerdict]:
        """Verdicts with what was found in the files of what is purged: a trace fails its case."""
        found = list(verdicts)
        left = self._left([verdict.case for verdict in found if verdict.case.is_purged])
        return [replace(v, is_gone=v.case not in left) for v in found]

    def _left(self, cases: Sequence[Case]) -> set[Case]:
        """The cases of which the store's files have a trace."""
        from store.traces import find_traces

        texts = {case: _traced_texts(case) for case in cases}
        if not any(find_traces(self._store, sorted({t for some in texts.values() for t in some}))):
            return set()
        return {case for case, some in texts.items() if any(find_traces(self._store, some))}


def _traced_texts(case: Case) -> list[str]:
    """The sentence of a case, and its value where that is long enough to be looked for."""
    texts = (*case.said, *case.unwanted)
    return [text for text in texts if len(text.encode()) >= MIN_TRACED_BYTES]
