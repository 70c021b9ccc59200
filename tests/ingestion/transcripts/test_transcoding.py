"""Text in UTF-16."""

from __future__ import annotations

import codecs

import pytest

from memcli.ingestion.transcripts import read_source
from memcli.ingestion.transcripts.transcoding import as_utf8, is_utf16

TEXT = "Ida: Où est la rame \U0001f6a3?\nBen: Here.\n"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be"])
@pytest.mark.parametrize("step", [1, 3, 1000])
def test_it_is_read_as_utf8_however_it_comes(source, encoding, step):
    mark = codecs.BOM_UTF16_BE if encoding == "utf-16-be" else b""
    given = source(mark + TEXT.encode(encoding), step)
    assert as_utf8(given).stream.read().decode() == TEXT


def test_it_is_known_by_its_mark():
    assert is_utf16("a".encode("utf-16"))
    assert not is_utf16("a".encode("utf-32"))
    assert not is_utf16(b"a")


def test_a_table_in_it_is_read_from_a_copy(tmp_path, shorten):
    path = tmp_path / "chat.csv"
    path.write_bytes("name,content\nIda,Où\n".encode("utf-16"))
    (item,) = read_source(str(path))
    assert (shorten(item)["name"], shorten(item)["content"]) == ("Ida", "Où")
