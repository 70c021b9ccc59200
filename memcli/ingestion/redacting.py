"""
Redaction: what is read, with `[secret:kind]` in the place of each secret, before anything is kept.

It is done before a turn has an id, so that ids are of what is kept, and the same input again is the
same turns. A code is judged with the turn before it in its conversation.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeVar

from msgspec.structs import replace

from memcli.language.secrets import Secret, find_secrets, find_tokens, mark_of, redact
from memcli.language.secrets.answers import LONGEST_QUESTION, question_of
from memcli.records import Message, Record

if TYPE_CHECKING:
    from memcli.ingestion.transcripts import Accepted
    from store import Store

# What was found in a record, and of what kind it is.
Known: TypeAlias = dict[str, str]
AnyRecord = TypeVar("AnyRecord", bound=Record)
# By these records name each other: only what is a token by its own shape is taken out of them.
NAMES: Final = frozenset("id session_id ref namespace source_id target_id canonical_id".split())
# They hold no words of anybody.
KEPT: Final = frozenset("kind v type level relation state encoder polarity".split())
# Of conversations that take turns in one input, the last turns of so many are known.
CONVERSATIONS: Final = 1_000
# A secret as long as this is taken out of what is beside its text too.
LEAST_KNOWN: Final = 4


class Redactor:
    """What takes secrets out of records, or leaves them alone; `n_redacted` counts them."""

    def __init__(self, is_on: bool = True) -> None:
        self.is_on = is_on
        self.n_redacted = 0
        self._last: OrderedDict[tuple[str, str | None], str] = OrderedDict()

    def item(self, item: Accepted) -> Accepted:
        """Return a record of the input without secrets."""
        if not self.is_on:
            return item
        if isinstance(item.record, Message):
            return item._replace(record=self._message(item.record, item.path))
        return item._replace(record=self._record(item.record, {}))

    def text(self, text: str, before: str = "") -> str:
        """Return a text without secrets; `before` is the turn before."""
        return self._without(text, find_secrets(text, before), {}) if self.is_on else text

    def field(self, text: str, name: str) -> str:
        """Return what stands in a field without secrets."""
        return self._field(text, name, {}) if self.is_on else text

    def told(self) -> str:
        """Return in words how many secrets were taken out, nothing for none."""
        n = self.n_redacted
        return f"{n:,} secret{'s' if n != 1 else ''} redacted" if n else ""

    def _message(self, message: Message, path: str) -> Message:
        conversation = (path, message.session_id)
        known: Known = {}
        found = find_secrets(message.content, self._last.get(conversation, ""))
        content = self._without(message.content, found, known)
        asked = question_of(message.content, self._last.get(conversation, ""))
        self._last[conversation] = asked[-LONGEST_QUESTION:]
        self._last.move_to_end(conversation)
        if len(self._last) > CONVERSATIONS:
            self._last.popitem(last=False)
        return replace(self._record(replace(message, content=""), known), content=content)

    def _record(self, record: AnyRecord, known: Known) -> AnyRecord:
        """Return a record without secrets in its fields, and without `known` ones."""
        fields = {name: getattr(record, name) for name in record.__struct_fields__}
        changed = {
            name: plain
            for name, value in fields.items()
            if name not in KEPT and (plain := self._value(value, name, known)) is not value
        }
        return replace(record, **changed) if changed else record

    def _value(self, value: Any, name: str, known: Known) -> Any:
        """Return what a field holds without secrets; the very same where there are none."""
        if isinstance(value, str):
            return self._field(value, name, known)
        if isinstance(value, list):
            items = [self._value(each, name, known) for each in value]
            return value if all(a is b for a, b in zip(items, value, strict=True)) else items
        if isinstance(value, dict):
            pairs = {
                self._field(str(key), "", known): self._value(each, str(key), known)
                for key, each in value.items()
            }
            return value if pairs == value else pairs
        return value

    def _field(self, text: str, name: str, known: Known) -> str:
        text = self._without(text, _secrets_of_field(text, name), known)
        for secret, kind in known.items():
            text = text.replace(secret, mark_of(kind))
        return text

    def _without(self, text: str, found: Sequence[Secret], known: Known) -> str:
        """Return a text without what was found, which is counted and known from now on."""
        if not found:
            return text
        self.n_redacted += len(found)
        values = ((text[s.start : s.end], s.kind) for s in found)
        known.update((value, kind) for value, kind in values if len(value) >= LEAST_KNOWN)
        return redact(text, found)


@lru_cache(maxsize=4_096)
def _secrets_of_field(text: str, name: str) -> tuple[Secret, ...]:
    """Return the secrets in a field, as its name says what it is; many records share it."""
    if name in NAMES:
        return tuple(find_tokens(text))
    if found := find_secrets(text, f"{name}:"):
        return tuple(found)
    lead = f"{name}: "
    found = [s for s in find_secrets(lead + text) if s.start >= len(lead)]
    return tuple(Secret(s.kind, s.start - len(lead), s.end - len(lead)) for s in found)


def redactor_of(store: Store, asked: bool | None) -> Redactor:
    """Return what takes secrets out of an input: where that is asked for, else as [ingest] says."""
    if asked is None:
        from memcli.config import read_config

        asked = read_config(store.layout.config).ingest.redact
    return Redactor(asked)
