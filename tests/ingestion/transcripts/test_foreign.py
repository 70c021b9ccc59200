"""Files that are no text, and what to do with them."""

from __future__ import annotations

import pytest

from memcli.ingestion.transcripts.foreign import refuse_foreign
from store.errors import BadRecord


@pytest.mark.parametrize(
    ("path", "head", "what"),
    [
        ("a", b"PK\x03\x04..xl/workbook.xml", "an Excel workbook"),
        ("a.zip2", b"PK\x03\x04..a.txt", "a zip archive"),
        ("a", b"{\\rtf1\\ansi Hi}", "rich text"),
        ("a", b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
        ("a", b"BEGIN:VCARD\r\n", "a contact card"),
        ("a", b"Conversation: Ida\n\nFrom: Ida\nType: incoming\n", "a chat as sigtop writes it"),
        ("a.js", b"const a = 1;", "source code"),
        ("a.PY", b"a = 1", "source code"),
        ("a", b"a.txt".ljust(257, b"\0") + b"ustar", "a tar archive"),
        ("a.tar.gz", b"\x1f\x8b\x08", "a compressed file"),
        ("a.yaml", b"- role: user\n", "YAML"),
        ("a.ipynb", b"{}", "a notebook"),
    ],
)
def test_a_file_of_another_program_is_named(path, head, what):
    with pytest.raises(BadRecord, match=what) as caught:
        refuse_foreign(path, head)
    assert caught.value.path == path
    assert caught.value.remedy


@pytest.mark.parametrize("head", [b"", b"Ida: Hi", b'{"a": 1}', b"the ustar format", b"BEGIN: "])
def test_text_is_none(head):
    refuse_foreign("a.txt", head)
