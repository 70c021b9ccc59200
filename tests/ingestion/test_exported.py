"""Records of an export become rows, without what leads nowhere."""

from datetime import UTC, datetime

import pyarrow as pa
import pytest

from memcli.ingestion.exported import (
    links_without,
    memory_row,
    part_link,
    plain_fields,
    without_sources,
)
from memcli.ingestion.turns import Defaults
from memcli.memory.arrow import records_to_table
from memcli.memory.ids import IdSet
from memcli.memory.known_ids import link_id
from memcli.records import Memory
from schemas import tables
from store.errors import BadRecord

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)


def test_links_that_are_there_or_lead_nowhere_are_left():
    ends = ("ax", "by", "cz")
    rows = [{"id": id_, "source_ids": [turn]} for id_, turn in ends]
    links = [plain_fields(part_link(row, NOON)) for row in rows]
    batch = records_to_table(links, tables.links()).combine_chunks().to_batches()[0]
    late = IdSet()
    late.add([link_id(batch.to_pylist()[0])])
    assert links_without(batch, late, {"z"})["source_id"].to_pylist() == ["b"]
    assert links_without(batch, None, frozenset()).num_rows == 3


def test_sources_that_are_nowhere_are_left():
    batch = pa.RecordBatch.from_pydict({"source_ids": [["a", "b"], ["b"], None]})
    assert without_sources(batch, {"b"})["source_ids"].to_pylist() == [["a"], None, None]


@pytest.mark.parametrize("id_", ["", "é", "x" * 17])
def test_an_id_that_is_none_is_refused(id_):
    record = Memory(
        v=1, id=id_, namespace="a", type="episodic", level=0, text="Hi", recorded_at=NOON
    )
    with pytest.raises(BadRecord, match="is not 1 to 16"):
        memory_row(record, "toy", Defaults(now=NOON))
