"""Move the store to another encoder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from memcli.cli.progress import note
from memcli.cli.with_store import Call, with_store

if TYPE_CHECKING:
    import pyarrow as pa

    from memcli.cli.progress import Progress
    from memcli.memory.spool import Spool
    from memcli.models.encoder import Encoder
    from store import Snapshot


@with_store("write", "store dry_run quiet format")
def reembed_command(
    call: Call,
    encoder: Annotated[
        str,
        typer.Option(
            help="static-256, minilm-l6-v2, a folder, or a plug-in's name.", metavar="NAME|DIR"
        ),
    ],
) -> None:
    """
    Move the store to another encoder, in one transaction.

    Every memory is encoded anew from its text before the lock is taken; `undo` goes back.

    Example: memcli reembed --encoder minilm-l6-v2

    EXIT STATUS: 0 done, 66 no such store, 69 no such encoder, 74 I/O error or disk full,
    75 locked, or something was written meanwhile (try again).
    """
    from memcli.memory.encoders import load_encoder
    from store.errors import CommitConflict
    from store.layout import MEMORY_TABLES

    snapshot = call.snapshot
    new = load_encoder(encoder)
    stamp = new.stamp()
    rows = sum(snapshot.count(name) for name in MEMORY_TABLES)
    if stamp == snapshot.encoder or call.dry_run:
        same = stamp == snapshot.encoder
        note(f"the store has {stamp.name} already" if same else f"{rows:,} memories would move")
        return
    with call.progress("reembed", rows) as counter:
        spools = {name: _encode_table(snapshot, name, new, counter) for name in MEMORY_TABLES}
    with call.store.transaction("reembed", {"encoder": encoder}) as transaction:
        if transaction.head.number != snapshot.commit.number:
            raise CommitConflict("something was written meanwhile", "run it again")
        for name, spool in spools.items():
            transaction.overwrite(name, spool.reader())
        transaction.set_encoder(stamp)
        commit = transaction.publish()
    call.summary({"memories": rows, "encoder": stamp.name}, commit.number)


def _encode_table(snapshot: Snapshot, name: str, encoder: Encoder, counter: Progress) -> Spool:
    """Return all rows of a table with vectors of another encoder."""
    from memcli.memory.spool import Spool
    from schemas.tables import memories

    spool = Spool(memories(encoder.dimension), snapshot.layout.root)
    columns = [column for column in spool.schema.names if column != "vector"]
    for batch in snapshot.scan(name, columns):
        spool.append(_encoded(batch, spool.schema, encoder))
        counter.advance(batch.num_rows)
    return spool


def _encoded(batch: pa.RecordBatch, schema: pa.Schema, encoder: Encoder) -> pa.RecordBatch:
    """Return rows with their vectors and the encoder's name."""
    import pyarrow as pa

    from memcli.memory.search_columns import embedding_text, vector_column

    rows = batch.select(["text", "level", "context"]).to_pylist()
    vectors = encoder.encode([embedding_text(row) for row in rows])
    names = pa.repeat(pa.scalar(encoder.name, pa.string()), batch.num_rows)
    columns = {name: batch[name] for name in batch.schema.names}
    columns |= {"encoder": names, "vector": vector_column(vectors, schema)}
    return pa.RecordBatch.from_arrays([columns[field.name] for field in schema], schema=schema)
