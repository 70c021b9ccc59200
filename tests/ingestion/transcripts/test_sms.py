"""Text messages of a phone."""

from __future__ import annotations

from memcli.ingestion.transcripts.sms import is_sms, read_sms

BACKUP = """<?xml version='1.0' encoding='UTF-8' standalone='yes' ?>
<smses count="3">
  <sms address="+316" date="1772445600000" type="1" body="The roof leaks" contact_name="Ben" />
  <sms address="+316" date="1772445660000" type="2" body="I mend it" contact_name="Ben" />
  <mms address="+317" date="1772445720000" msg_box="1" contact_name="(Unknown)"><parts>
    <part ct="application/smil" cl="smil.xml" text="null" />
    <part ct="image/jpeg" cl="roof.jpg" text="null" />
    <part ct="text/plain" cl="t.txt" text="Look" /></parts></mms>
</smses>"""


def test_each_contact_is_a_session_with_both_sides(read_with):
    found = read_with(read_sms, BACKUP)
    assert found.turns("name", "content", "timestamp", "session_id") == [
        ("Ben", "The roof leaks", "2026-03-02T10:00:00Z", "Ben"),
        ("Me", "I mend it", "2026-03-02T10:01:00Z", "Ben"),
        ("+317", "Look", "2026-03-02T10:02:00Z", "+317"),
    ]
    assert found.items[2]["attachments"] == [{"name": "roof.jpg"}]


def test_other_xml_is_refused(read_with):
    assert not is_sms(b"<?xml version='1.0'?><root/>")
    assert read_with(read_sms, "<root/>").items == ["0: no backup of text messages"]
    assert "broken XML" in read_with(read_sms, BACKUP[:300]).items[-1]
