"""
Small inputs as people have them, beside the outcome that each should have.

Prints what is read of each folder of ../shared/cases and its EXPECT; fails where a case makes no
memory, no rejection and no note, that is where it is read wrong in silence.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from memcli.ingestion.transcripts import Accepted, Intake, find_inputs, read_source
from memcli.ingestion.turns import Defaults, TurnMaker
from memcli.records import Message
from tests.support.paths import ROOT

CASES = ROOT.parent / "shared" / "cases"
SHOWN = 8

pytestmark = [
    pytest.mark.bench,
    pytest.mark.skipif(not CASES.is_dir(), reason="no cases beside the checkout"),
]


@pytest.mark.parametrize("case", sorted(CASES.glob("[0-9]*")), ids=lambda case: case.name)
def test_each_case_is_read_or_told(case: Path) -> None:
    print(f"\n{case.name}: {(case / 'EXPECT').read_text().strip()}")
    paths = [str(path) for path in sorted(case.iterdir()) if path.name != "EXPECT"]
    folders = [str(case)] if any(Path(path).is_dir() for path in paths) else paths
    inputs = find_inputs(folders)
    defaults = Defaults(sessions={each.path: each.session for each in inputs if each.session})
    maker, intake = TurnMaker(defaults), Intake()
    seen = 0
    for each in inputs:
        for item in read_source(each.path, session=each.session, intake=intake):
            seen += 1
            if seen <= SHOWN:
                print("   ", shown(maker, item))
    print("\n".join(f"    note: {line}" for line in intake.summary()))
    assert seen or intake.summary()


def shown(maker: TurnMaker, item: object) -> str:
    """Return what was read of one turn, or why it was not, on a line."""
    if not isinstance(item, Accepted):
        return str(item)
    if not isinstance(item.record, Message):
        return str(item.record)
    turn = maker.turn(item.record, item.path, item.unique, item.type)
    when = item.record.timestamp.isoformat() if item.record.timestamp else "no time"
    return f"{turn.session_id} | {when} | {turn.speaker} | {turn.text[:80]!r}"
