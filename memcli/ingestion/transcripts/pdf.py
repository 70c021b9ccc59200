"""
Text of PDF files: each paragraph is a note, with its page, below the title and the bookmarks.

What stands on most pages in the same place, and the numbers of pages, are left out. pypdf, which
reads the files, comes with `memcli[documents]`.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from memcli.ingestion.transcripts.items import Item, Source, rejected
from memcli.ingestion.transcripts.saying import said
from memcli.ingestion.transcripts.sources import as_file
from store.errors import BadRecord

if TYPE_CHECKING:
    from pypdf import PdfReader

MAX_PAGES: Final = 20_000
# Of so many pages the heads and feet that stand on more than a half are no text.
MIN_PAGES: Final = 3
# A line that ends a sentence and is so much shorter than the longest ones ends its paragraph.
FULL: Final = 0.85
EMPTY: Final = "pages without text, pictures perhaps"
FURNITURE: Final = "heads, feet and numbers of pages"
_NUMBER = re.compile(r"\W*(?P<number>\d{1,5})\W*")
_DIGITS = re.compile(r"\d+")
_END = re.compile(r"[.!?:;\u3002\uff01\uff1f][\"'\u201d\u2019)\]]*\s*$")
_ITEM = re.compile(r"\s*(?:[\u2022\u2023\u25aa\u25e6\u2013*-]|\d{1,3}[.)])\s+\S")
_HYPHEN = re.compile(r"(\w)[-\u00ad]\n(?=[a-zà-öø-ÿ])")


def is_pdf(head: bytes) -> bool:
    """Tell a PDF file by its first bytes."""
    return b"%PDF-" in head[:1024]


def read_pdf(source: Source) -> Iterator[Item]:
    """Yield the paragraphs of a file in the order of its pages."""
    try:
        from pypdf import PdfReader
        from pypdf.errors import PyPdfError
    except ImportError:
        remedy = "pip install 'memcli[documents]', or convert the file: pdftotext"
        yield rejected(BadRecord("PDF files are read by pypdf", remedy=remedy), source.path, 0)
        return
    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it mends is nobody's concern
    try:
        with as_file(source) as path:
            reader = PdfReader(path)
            if reader.is_encrypted and not reader.decrypt(""):
                remedy = "take the password off: qpdf --decrypt"
                raise BadRecord("a PDF with a password", remedy=remedy)
            yield from _notes(source, reader)
    except BadRecord as error:
        yield rejected(error, source.path, 0)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, OSError,
            RecursionError, OverflowError) as error:  # fmt: skip
        yield rejected(BadRecord(f"a broken PDF: {error}"), source.path, 0)


def _notes(source: Source, reader: PdfReader) -> Iterator[Item]:
    """Yield the paragraphs of all pages."""
    pages = [_lines(page.extract_text()) for page in reader.pages[:MAX_PAGES]]
    repeated = repeated_lines(pages)
    headings = _bookmarks(reader)
    title, created = _title(reader), _created(reader)
    heading, n_empty = title, 0
    times = Counter[str]()
    for number, lines in enumerate(pages):
        heading = headings.get(number, heading)
        kept = without_furniture(lines, repeated, number + 1)
        n_empty += not kept
        if len(kept) < len(lines):
            source.leave_out(FURNITURE, len(lines) - len(kept))
        for paragraph in paragraphs(kept):
            above = " / ".join(dict.fromkeys(filter(None, (title, heading))))
            metadata = {"page": number + 1, **({"heading": above} if above else {})}
            times[paragraph] += 1
            again = {"occurrence": times[paragraph]} if times[paragraph] > 1 else None
            item = said(source, 0, paragraph, at=created, metadata=metadata, extra=again)
            if item:
                yield item
    if n_empty == len(pages):
        raise BadRecord("a PDF without text", remedy="make text of the pictures: ocrmypdf")
    if n_empty:
        source.leave_out(EMPTY, n_empty)


def _lines(text: str) -> list[str]:
    """Return the lines of a page without what is no character."""
    return [line.strip() for line in text.replace("\0", "").splitlines()]


def repeated_lines(pages: Sequence[Sequence[str]]) -> frozenset[str]:
    """Return what stands first or last on most pages, digits aside."""
    if len(pages) < MIN_PAGES:
        return frozenset()
    ends = ({_without_digits(line) for line in _ends(lines)} for lines in pages)
    count = Counter(line for of_page in ends for line in of_page)
    return frozenset(line for line, n in count.items() if 2 * n > len(pages))


def _ends(lines: Sequence[str]) -> list[str]:
    """Return the first and the last line of a page that are not blank."""
    full = [line for line in lines if line]
    return [*full[:1], *full[-1:]]


def _without_digits(line: str) -> str:
    return _DIGITS.sub("#", line)


def without_furniture(lines: Sequence[str], repeated: frozenset[str], number: int = 0) -> list[str]:
    """Return the lines of a page without its head, its foot and its number."""
    kept = list(lines)
    for end in (0, -1):
        while kept and (not kept[end] or _is_furniture(kept[end], repeated, number)):
            del kept[end]
    return kept


def _is_furniture(line: str, repeated: frozenset[str], number: int) -> bool:
    found = _NUMBER.fullmatch(line)
    return _without_digits(line) in repeated or (
        found is not None and int(found["number"]) == number
    )


def paragraphs(lines: Sequence[str]) -> Iterator[str]:
    """
    Yield the paragraphs of lines of one width, words put together that were divided.

    A paragraph ends at a blank line, before an item of a list, and where a sentence ends in a line
    that is not full.
    """
    full = FULL * max(map(len, lines), default=0)
    open_: list[str] = []
    for line in lines:
        if open_ and (not line or _ITEM.match(line) or _ends_short(open_[-1], full)):
            yield _joined(open_)
            open_ = []
        if line:
            open_.append(line)
    if open_:
        yield _joined(open_)


def _ends_short(line: str, full: float) -> bool:
    return len(line) < full and bool(_END.search(line))


def _joined(lines: Sequence[str]) -> str:
    """Return lines as one text."""
    return _HYPHEN.sub(r"\1", "\n".join(lines)).replace("\n", " ")


def _title(reader: PdfReader) -> str:
    """Return the title that a file gives itself, "" where it has none."""
    title = reader.metadata.title if reader.metadata else None
    return " ".join(str(title or "").split())


def _created(reader: PdfReader) -> str | None:
    """Return when a file says that it was made, None where it says nothing that can be read."""
    try:
        created = reader.metadata.creation_date if reader.metadata else None
    except ValueError:
        return None
    return created.isoformat() if created else None


def _bookmarks(reader: PdfReader) -> dict[int, str]:
    """Return the path of bookmarks that begins on each page."""
    found: dict[int, str] = {}

    def walk(entries: Sequence[Any], above: tuple[str, ...]) -> None:
        last = above
        for entry in entries:
            if isinstance(entry, list):
                walk(entry, last)
                continue
            last = (*above, " ".join(str(entry.title).split()))
            page = reader.get_destination_page_number(entry)
            if page is not None:
                found.setdefault(page, " / ".join(last))

    walk(reader.outline, ())
    return found
