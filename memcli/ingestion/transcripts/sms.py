"""Text messages of a phone, as SMS Backup & Restore writes them: one element a message, in XML."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree

from memcli.ingestion.transcripts.items import Item, Source, rejected
from memcli.ingestion.transcripts.saying import said
from memcli.ingestion.transcripts.sources import look_ahead
from store.errors import BadRecord

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

LOOKED_AT: Final = 2048
# `type` of a message by SMS, `msg_box` of one by MMS: what came in; what was sent is the owner's.
RECEIVED: Final = "1"
OWNER: Final = "Me"
# How it writes what is not there.
NOTHING: Final = ("null", "(Unknown)", "")


def is_sms(head: bytes) -> bool:
    """Tell a backup by its first element."""
    return b"<smses" in head[:LOOKED_AT]


def read_sms(source: Source) -> Iterator[Item]:
    """Yield the messages of a backup, each contact a session."""
    head, source = look_ahead(source, LOOKED_AT)
    if not is_sms(head):
        yield rejected(BadRecord("no backup of text messages"), source.path, 0)
        return
    try:
        for _, element in ElementTree.iterparse(source.stream, events=("end",)):
            if element.tag in ("sms", "mms"):
                item = _message(source, element)
                element.clear()
                if item:
                    yield item
    except ElementTree.ParseError as error:
        line, column = error.position
        yield rejected(BadRecord(f"broken XML: {error}"), source.path, line, column=column)


def _message(source: Source, element: Element) -> Item | None:
    """Return the turn that a message is."""
    about: Mapping[str, str] = element.attrib
    names = (about.get("contact_name", ""), about.get("address", ""))
    other = next((name for name in names if name not in NOTHING), None)
    box = about.get("type") if element.tag == "sms" else about.get("msg_box")
    parts = [part.attrib for part in element.iter("part")]
    texts = [about.get("body", ""), *(part.get("text", "") for part in parts)]
    files = [
        {"name": part["cl"]}
        for part in parts
        if part.get("cl", "null") not in NOTHING and not part.get("ct", "").startswith("text/")
        if part.get("ct") != "application/smil"
    ]
    return said(
        source,
        0,
        "\n".join(text for text in texts if text not in NOTHING),
        name=other if box == RECEIVED else OWNER,
        at=about.get("date"),
        session=other,
        attachments=files or None,
    )
