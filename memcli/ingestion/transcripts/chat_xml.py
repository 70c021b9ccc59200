"""
Chats that programs write as XML: Adium, MSN Messenger, Empathy; one element a message.

What holds a message, its sender, its time and its words is data.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final
from xml.etree import ElementTree

from memcli.ingestion.transcripts.items import Item, Source, rejected
from memcli.ingestion.transcripts.saying import said
from memcli.ingestion.transcripts.sources import look_ahead
from memcli.language.data import read_toml
from store.errors import BadRecord

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

LOOKED_AT: Final = 2048
SERVICE: Final = "service lines"
BREAKS: Final = ("br", "p", "div")


def form_of_xml(head: bytes) -> str | None:
    """Return which program wrote some XML, None for any other."""
    forms = read_toml("ingestion/transcripts/chat_xml.toml")
    start = head[:LOOKED_AT].decode(errors="ignore")
    return next((n for n, form in forms.items() if all(k in start for k in form["known"])), None)


def is_chat_xml(head: bytes) -> bool:
    """Tell XML that a program wrote a chat into."""
    return form_of_xml(head) is not None


def read_chat_xml(source: Source) -> Iterator[Item]:
    """Yield the messages of a log in their order."""
    head, source = look_ahead(source, LOOKED_AT)
    name = form_of_xml(head)
    if name is None:
        yield rejected(BadRecord("no chat in XML that is known"), source.path, 0)
        return
    form = read_toml("ingestion/transcripts/chat_xml.toml")[name]
    try:
        for _, element in ElementTree.iterparse(source.stream, events=("end",)):
            tag = _tag(element)
            if tag == form["message"]:
                item = _message(source, form, element)
                element.clear()
                if item:
                    yield item
            elif tag in form["service"]:
                source.leave_out(SERVICE)
                element.clear()
    except ElementTree.ParseError as error:
        line, column = error.position
        yield rejected(BadRecord(f"broken XML: {error}"), source.path, line, column=column)


def _tag(element: Element) -> str:
    """Return the name of an element without its namespace."""
    return element.tag.rpartition("}")[2]


def _message(source: Source, form: dict[str, Any], element: Element) -> Item | None:
    """Return the turn that a message is."""
    words = element
    if "text" in form:
        words = next((each for each in element.iter() if _tag(each) == form["text"]), element)
    return said(
        source,
        0,
        _text(words).strip(),
        name=_attribute(element, form["sender"]),
        at=_attribute(element, form["time"]),
        session=_attribute(element, form.get("session", [])),
    )


def _attribute(element: Element, names: list[str]) -> str | None:
    """Return the first of some attributes that is there; `From/User@Name` is that of a part."""
    for name in names:
        path, _, attribute = name.rpartition("@")
        part = element.find(path) if path else element
        value = part.get(attribute) if part is not None else None
        if value:
            return value
    return None


def _text(element: Element) -> str:
    """Return what an element and those in it say."""
    parts = [element.text or ""]
    for part in element:
        inner = _text(part)
        if _tag(part).lower() in BREAKS:
            inner = f"\n{inner}" if _tag(part).lower() == "br" else inner
        parts += [inner, part.tail or ""]
    return "".join(parts)
