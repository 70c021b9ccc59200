"""What readers of input take and yield."""

from __future__ import annotations

from io import BytesIO

import pytest

from memcli.ingestion.transcripts.items import STDIN, Source, rejected
from store.errors import BadRecord, NewerRecord


@pytest.mark.parametrize(
    ("path", "stem"), [(STDIN, "stdin"), ("chats/a.b.txt", "a.b"), (".hidden", ".hidden")]
)
def test_a_source_is_called_by_its_file(path, stem):
    assert Source(path, BytesIO()).stem == stem


def test_a_rejection_says_where_unless_the_error_knows_better():
    found = rejected(BadRecord("bad", remedy="mend it"), "a.txt", 3, b"raw", column=2)
    assert str(found.error) == "a.txt:3:2: bad (mend it)"
    assert found.raw == b"raw"
    assert str(rejected(BadRecord("bad", line=9), "a.txt", 3).error) == "a.txt:9: bad"


def test_the_kind_of_error_stays():
    assert isinstance(rejected(NewerRecord("v2"), "a", 1).error, NewerRecord)
