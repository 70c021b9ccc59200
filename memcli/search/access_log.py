"""Access log: rows of `accesses`, from which memories are strengthened later."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from threading import Thread
from typing import TYPE_CHECKING, NamedTuple

from memcli import jsonl
from store.errors import MemcliError

if TYPE_CHECKING:
    from store import Store


def kept_question(query: str) -> str:
    """Question as it is kept: its beginning, without secrets."""
    from memcli.language.messages import cut_question
    from memcli.language.secrets import find_secrets, redact

    asked = cut_question(query)
    return redact(asked, find_secrets(asked))


def begin_keeping(query: str) -> None:
    """
    Begin to work out how a question is kept, in a thread that nobody waits for.

    The rules of secrets take a tenth of a short command, which Python can load while Lance
    searches; `kept_question` finds them there.
    """
    Thread(target=kept_question, args=(query,), daemon=True).start()


class Recall(NamedTuple):
    """
    The memories that a question brought, as ids with their ranks, from 1, and when.

    session: the conversation for which it was asked, if that is known.
    """

    recalled: Sequence[tuple[str, int]]
    query: str
    now: datetime
    session: str | None = None


def record_accesses(
    store: Store,
    recalled: Sequence[tuple[str, int]],
    query: str,
    now: datetime,
    last: bool,
    session: str | None = None,
) -> None:
    """
    Note which memories were recalled, after the answer is out; failing that costs nothing.

    recalled: ids with their ranks, from 1; last: nothing more goes to stdout, so close it first;
    session: see Recall.
    """
    if last:
        jsonl.close_stdout()
    record_recalls(store, [Recall(recalled, query, now, session)])


def record_recalls(store: Store, recalls: Iterable[Recall]) -> None:
    """Note what several questions brought, all at once; failing that costs nothing."""
    import pyarrow as pa

    from schemas.tables import accesses

    rows = [
        {
            "id": id_,
            "accessed_at": each.now,
            "query": query,
            "rank": rank,
            "session_id": each.session,
        }
        for each in recalls
        for query in [kept_question(each.query)]
        for id_, rank in each.recalled
    ]
    try:
        store.record_accesses(pa.Table.from_pylist(rows, schema=accesses()))
    except MemcliError:
        return  # a store that may only be read is still a store
