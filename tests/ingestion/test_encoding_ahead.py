"""Turns are encoded while others are read, and come out in their order with their windows."""

from datetime import UTC, datetime

from memcli.ingestion.encoding_ahead import EncodingAhead
from memcli.ingestion.turns import Defaults, TurnMaker
from memcli.records import Message
from schemas.tables import LONGEST_UNPARTED
from tests.support.toy_encoder import ToyEncoder

NOON = datetime(2025, 3, 1, 12, tzinfo=UTC)


def test_all_are_there_in_their_order_once_it_has_finished(tmp_path):
    maker = TurnMaker(Defaults(now=NOON))
    long = "All of it. " * (LONGEST_UNPARTED // 8)
    turns = [maker.turn(Message(v=1, content=text), "-") for text in ("a", long, "b", "c")]
    ahead = EncodingAhead(ToyEncoder(), tmp_path, NOON)
    for turn in turns:
        ahead.submit([turn], [])
    ahead.finish()
    found = [text for batch in ahead.rows for text in batch["text"].to_pylist()]
    assert found == ["a", long, "b", "c"]
    assert {id_ for part in ahead.windows for id_ in part["id"].to_pylist()} == {turns[1].id}
