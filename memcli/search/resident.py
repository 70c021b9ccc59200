"""
Resident memory: a store that stays open for many questions, its encoder and newest state at hand.

A commit of another process is seen at the next question: looking for a newer one is a listing of
`commits/`, and costs less than a millisecond.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock, Thread, Timer, current_thread
from typing import TYPE_CHECKING, Final

from memcli.jsonl import Json
from memcli.memory.encoders import begin_loading
from memcli.memory.spaces import SHARED
from memcli.search.access_log import Recall, record_recalls
from store.errors import FormChanged, MemcliError

if TYPE_CHECKING:
    from memcli.models.encoder import Encoder
    from memcli.search.retriever import Retriever
    from store import Snapshot, Store
    from store.commits import EncoderStamp
    from store.held import HeldColumns

# How long what was recalled may wait to be counted; what kills the process costs that much of it.
NOTED_AFTER_S: Final = 2.0
# Who keeps something between two questions gains nothing by what is held for many, at each commit.
SEARCHES_BEFORE_HOLDING: Final = 3


@dataclass
class _State:
    """What was read of one commit, and how often it was searched."""

    snapshot: Snapshot
    retriever: Retriever
    searches: int = 0


class ResidentMemory:
    """
    A store for one client.

    namespace: bounds all that is read and written, if given; present: the time that is taken for
    now, else the clock's; is_asked_often: what searches read is held in memory after the first.
    """

    def __init__(
        self,
        store: Store,
        namespace: str | None = None,
        present: datetime | None = None,
        is_asked_often: bool = True,
    ) -> None:
        self.store, self.namespace, self.present = store, namespace, present
        self.is_asked_often = is_asked_often
        self._encoders: dict[EncoderStamp, Callable[[], Encoder]] = {}
        self._state: _State | None = None
        self._warming: Thread | None = None
        self._beside = ThreadPoolExecutor(1)
        self._noted: list[Future[None]] = []
        self._recalls: list[Recall] = []
        self._waiting: Timer | None = None
        self._lock = Lock()
        self._held: HeldColumns | None = None
        self._holding = Lock()
        self._holder: Thread | None = None

    @property
    def now(self) -> datetime:
        """The present."""
        return self.present or datetime.now(UTC)

    @property
    def snapshot(self) -> Snapshot:
        """The newest state of the store."""
        return self._newest().snapshot

    @property
    def retriever(self) -> Retriever:
        """What searches the newest state."""
        state = self._newest()
        state.searches += 1
        if state.searches == SEARCHES_BEFORE_HOLDING and self.is_asked_often:
            self._begin_holding(state.snapshot)
        return state.retriever

    @property
    def spaces(self) -> tuple[str | None, ...]:
        """The namespaces that may be read: all as one, or the one that bounds and `shared`."""
        return (None,) if self.namespace is None else tuple(dict.fromkeys((self.namespace, SHARED)))

    def select(self, names: Sequence[str]) -> list[Json]:
        """Memory records that are meant, in what may be read; see memory/selection.py."""
        from memcli.memory.selection import find_each, select

        shared = find_each(self.snapshot, names, SHARED) if SHARED in self.spaces else {}
        found = {name: records for name, records in shared.items() if records}
        own = [name for name in names if name not in found]
        records = [record for some in found.values() for record in some]
        return [*select(self.snapshot, own, self.namespace), *records]

    def warm(self) -> None:
        """Begin to load what a search needs, while the client says hello."""
        if self._state is None and self._warming is None:
            self._warming = Thread(target=self._load, daemon=True)
            self._warming.start()

    def beside(self, work: Callable[[], None]) -> None:
        """Do some work while the client has its answer and asks on, after what was given before."""
        self._noted = [one for one in self._noted if not one.done() or one.exception()]
        self._noted.append(self._beside.submit(work))

    def note_recalled(
        self, recalled: Sequence[tuple[str, int]], query: str, session: str | None = None
    ) -> None:
        """
        Count what a question brought, as ids with their ranks, a little later; for which session.

        To append to the table takes a third of a search, and makes a file: what is asked within
        seconds goes there together.
        """
        with self._lock:
            self._recalls.append(Recall(recalled, query, self.now, session))
            if self._waiting is None:
                self._waiting = Timer(NOTED_AFTER_S, lambda: self.beside(self._note))
                self._waiting.daemon = True
                self._waiting.start()

    def _note(self) -> None:
        with self._lock:
            recalls, self._recalls, self._waiting = self._recalls, [], None
        if recalls:
            record_recalls(self.store, recalls)

    def settle(self) -> None:
        """Wait for what is done beside the answers, and for what would be done a little later."""
        if self._waiting is not None:
            self._waiting.cancel()
            self.beside(self._note)
        while self._noted:
            self._noted.pop(0).result()

    def encoder(self) -> Callable[[], Encoder]:
        """The encoder of the store as it is now, which may still be loading."""
        stamp = self.snapshot.encoder  # which may read a newer state, and its encoder
        return self._encoders[stamp]

    def _load(self) -> None:
        """Read the newest state; what fails here fails again at the first question."""
        with suppress(MemcliError):
            self._state = self._read()
            self.encoder()().load_whole()

    def _begin_holding(self, snapshot: Snapshot) -> None:
        """Begin to keep in memory what searches read of a snapshot; of a bucket, nothing."""
        if not snapshot.layout.remote:
            self._holder = Thread(target=self._hold, args=(snapshot,), daemon=True)
            self._holder.start()

    def _hold(self, snapshot: Snapshot) -> None:
        # Searches do without it, in little memory too.
        with self._holding, suppress(MemcliError, MemoryError):
            # One that is the newest no longer is not asked any more.
            if self._state is not None and self._state.snapshot is snapshot:
                snapshot.hold(self._held)
                self._held = snapshot.held

    def _newest(self) -> _State:
        warming, self._warming = self._warming, None
        if warming is not None and warming is not current_thread():
            warming.join()
        try:
            return self._current()
        except FormChanged:
            # By the key of that time nothing is read any more.
            self.store, self._state, self._held = self.store.opened_again(), None, None
            return self._current()

    def _current(self) -> _State:
        state = self._state
        if state is None or self.store.head().number != state.snapshot.commit.number:
            state = self._state = self._read()
        return state

    def _read(self) -> _State:
        """State of the newest commit; the encoder is loaded anew only where it is another one."""
        from memcli.search.retriever import Retriever

        snapshot = self.store.snapshot()
        stamp = snapshot.encoder
        if stamp not in self._encoders:
            self._encoders = {stamp: begin_loading(stamp, self.store.layout)}
        return _State(snapshot, Retriever(snapshot, self._encoders[stamp]))
