"""Chats in XML."""

from __future__ import annotations

from memcli.ingestion.transcripts import find_inputs
from memcli.ingestion.transcripts.chat_xml import form_of_xml, read_chat_xml
from tests.support.chat_samples import ADIUM, MSN

AT, LATER = "2026-03-02T10:00:00Z", "2026-03-02T10:01:00Z"
EMPATHY = b"""<?xml version='1.0' encoding='utf-8'?>
<?xml-stylesheet type="text/xsl" href="log-store-xml.xsl"?>
<log><message time='20260302T10:00:00' id='ida@x' name='Ida' type='normal'>Ahoy</message></log>
"""


def test_adium(read_with):
    found = read_with(read_chat_xml, ADIUM)
    assert found.turns("who", "content", "timestamp", "utc_offset") == [
        ("Ida", "Where is\nthe oar?", AT, 60),
        ("ben@x", "In the shed.", LATER, 60),
    ]
    assert found.left_out == {"service lines": 1}


def test_msn_messenger(read_with):
    found = read_with(read_chat_xml, MSN)
    assert found.turns("who", "content", "timestamp") == [("Ida", "Where is the oar?", AT)]
    assert found.left_out == {"service lines": 1}


def test_empathy(read_with):
    found = read_with(read_chat_xml, EMPATHY)
    assert found.turns("who", "content", "timestamp") == [("Ida", "Ahoy", AT)]


def test_other_xml_is_none(read_with):
    assert form_of_xml(b"<?xml version='1.0'?><log><message>a</message></log>") is None
    found = read_with(read_chat_xml, b"<chat/>")
    assert found.items == ["0: no chat in XML that is known"]


def test_what_is_broken_is_told_after_what_was_whole(read_with):
    found = read_with(read_chat_xml, ADIUM.replace(b"</chat>", b"<"))
    assert found.turns("content")[:1] == [("Where is\nthe oar?",)]
    assert "broken XML" in found.items[-1]


def test_a_folder_of_adium_stands_for_its_logs(tmp_path):
    log = tmp_path / "ben (2026-03-02).chatlog"
    log.mkdir()
    (log / "ben (2026-03-02).xml").write_bytes(ADIUM)
    (tmp_path / "settings.xml").write_text("<a/>")
    assert [each.path for each in find_inputs([str(tmp_path)])] == [
        str(log / "ben (2026-03-02).xml")
    ]
