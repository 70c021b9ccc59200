"""
Mail: one message (.eml), or many (mbox). A thread is a session, the subject its heading.

What was quoted and the signature are cut off: they were said elsewhere, or by nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses, parsedate_to_datetime
from typing import Any, Final

from memcli.ingestion.transcripts.items import Item, Source, rejected
from memcli.ingestion.transcripts.markup import text_of_html
from memcli.ingestion.transcripts.saying import said
from memcli.memory.times import parse_time
from store.errors import BadRecord

MAX_MAIL: Final = 64 * 1024 * 1024
# The library takes the square of the time for long mails; of those only marked quotes are cut.
_RUNS = re.compile(r"\n{50,}")
MAX_PARSED: Final = 100_000
MAX_SIGNATURE: Final = 10
LANGUAGES: Final = ["en", "de", "fr", "es", "it", "nl", "pl", "sv", "da", "ja", "zh", "ko", "cs"]
_FIELD = re.compile(rb"(?i)(?:from|to|date|subject|message-id|received|return-path|mime-version|"
                    rb"delivered-to|x-[\w-]+|content-type|dkim-signature):\s")  # fmt: skip
_MBOX = re.compile(rb"From \S+.* [0-9]{2}:[0-9]{2}")
_ESCAPED = re.compile(rb"(?m)^>(>*From )")
_ID = re.compile(r"<[^<>\s]+>")
_PREFIX = re.compile(r"(?i)^(?:(?:re|aw|sv|fwd?|wg|antw|tr)(?:\[\d+\])?:\s*)+")


def is_mail(head: bytes) -> bool:
    """Tell mail by the fields of its header; two at least, from its first line on."""
    lines = head.removeprefix(b"\xef\xbb\xbf").lstrip().split(b"\n", 60)[:60]
    if lines and _MBOX.match(lines[0]):
        return True
    header = []
    for line in lines:
        if not line.strip():
            break
        header.append(line)
    fields = {line.partition(b":")[0].lower() for line in header if _FIELD.match(line)}
    return bool(header) and bool(_FIELD.match(header[0])) and len(fields) > 2 and b"from" in fields


def read_mail(source: Source) -> Iterator[Item]:
    """Yield a turn for each mail."""
    for line, data in _mails(source):
        if len(data) > MAX_MAIL:
            yield rejected(BadRecord(f"a mail of more than {MAX_MAIL:,} bytes"), source.path, line)
            continue
        message: Any = message_from_bytes(data, policy=policy.default)
        item = _turn(source, line, message)
        if item:
            yield item


def _mails(source: Source) -> Iterator[tuple[int, bytes]]:
    """Yield the bytes of each mail of an mbox, or of the one there is, and its line."""
    held: list[bytes] = []
    start, size, number = 1, 0, 0
    is_mbox = after_blank = True
    for number, line in enumerate(source.stream, 1):
        if number == 1:
            is_mbox = bool(_MBOX.match(line))
        if is_mbox and after_blank and _MBOX.match(line):
            if held:
                yield start, b"".join(held)
            held, start, size = [], number, 0
            continue
        after_blank = not line.strip()
        size += len(line)
        if size <= MAX_MAIL + (1 << 20):
            held.append(_ESCAPED.sub(rb"\1", line) if is_mbox else line)
    if held:
        yield start, b"".join(held)


def _turn(source: Source, line: int, mail: EmailMessage) -> Item | None:
    """Return the turn that a mail is."""
    text = without_quotes(_text(mail))
    subject = _header(mail, "subject")
    ids = _ID.findall(" ".join(_header(mail, name) for name in ("references", "in-reply-to")))
    own = next(iter(_ID.findall(_header(mail, "message-id"))), None)
    thread = next(iter(ids), None) or own or _PREFIX.sub("", subject) or source.conversation
    names = [name or address for name, address in getaddresses([_header(mail, "from")])]
    told = {"heading": subject, "to": _header(mail, "to"), "files": _files(mail)}
    return said(
        source,
        line,
        text or subject,
        name=next(iter(names), None),
        ref=own.strip("<>") if own else None,
        at=_date(mail),
        session=thread.strip("<>"),
        unique=own is not None,
        metadata={key: value for key, value in told.items() if value} or None,
        attachments=told["files"] or None,
    )


def _header(mail: EmailMessage, name: str) -> str:
    """Return a field of the header, "" where it is absent or broken beyond reading."""
    try:
        return " ".join(str(mail.get(name) or "").split())
    except (ValueError, IndexError, AttributeError, TypeError):
        return ""


def _date(mail: EmailMessage) -> datetime | None:
    """Return when a mail was written."""
    try:
        moment = parsedate_to_datetime(_header(mail, "date"))
        parse_time(moment)  # within the years that there are
    except (BadRecord, ValueError, TypeError, IndexError, OverflowError):
        return None
    return moment


def _text(mail: EmailMessage) -> str:
    """Return the words of a mail: its plain text, else those of its page."""
    try:
        body = mail.get_body(preferencelist=("plain", "html"))
        if body is None:
            return ""
        content = _decoded(body)
    except (KeyError, LookupError, ValueError, AttributeError):
        return ""
    return text_of_html(content) if body.get_content_type() == "text/html" else content


def _decoded(body: Any) -> str:
    """Return the text of a part, in the charset that it names where there is such a one."""
    try:
        return str(body.get_content())
    except (LookupError, UnicodeError):
        return bytes(body.get_payload(decode=True) or b"").decode("utf-8", "replace")


def _files(mail: EmailMessage) -> list[str]:
    """Return the names of what is attached."""
    try:
        return [name for part in mail.iter_attachments() if (name := part.get_filename())]
    except (AttributeError, KeyError, TypeError):
        return []


def without_quotes(text: str) -> str:
    """Return what is new in a mail: no quotes, nor what leads to them, nor the signature."""
    plain = text.replace("\r\n", "\n")
    if len(plain) <= MAX_PARSED:
        from mailparser_reply import EmailReplyParser

        # Its patterns read a run of blank lines from each of them.
        found = EmailReplyParser(languages=LANGUAGES).read(_RUNS.sub("\n\n\n", plain))
        plain = found.latest_reply or ""
    lines = [line for line in plain.split("\n") if not line.startswith(">")]
    ends = (n for n, line in enumerate(lines) if line == "-- ")
    late = (n for n, line in enumerate(lines) if line == "--" and n >= len(lines) - MAX_SIGNATURE)
    return "\n".join(lines[: next(ends, next(late, len(lines)))]).strip()
