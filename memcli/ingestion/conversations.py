"""
Conversations: what tells a turn without time and id from the same words said again.

People say "yes" often. In a conversation the second "yes" is another turn; in another conversation,
which began otherwise, so is the first one.
"""

from __future__ import annotations

from collections import OrderedDict
from hashlib import blake2b
from typing import TYPE_CHECKING, Final, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from memcli.records import Message

# What comes back after so many other ones is the same memory as the first: remembering all would
# let memory grow with the input.
REMEMBERED: Final = 50_000
Value = TypeVar("Value")


class Place(NamedTuple):
    """Which time a turn says its words in its conversation, and how that began."""

    occurrence: int | None = None
    beginning: str | None = None


NOWHERE: Final = Place()


class Remembered(Generic[Value]):
    """Values of the keys that were met last, of any number."""

    def __init__(self, size: int = REMEMBERED) -> None:
        self._values: OrderedDict[bytes, Value] = OrderedDict()
        self._size = size

    def get(self, key: bytes) -> Value | None:
        """Return the value of a key, None if it is not remembered."""
        return self._values.get(key)

    def put(self, key: bytes, value: Value) -> Value:
        """Remember the value of a key, and return it."""
        self._values[key] = value
        self._values.move_to_end(key)
        if len(self._values) > self._size:
            self._values.popitem(last=False)
        return value

    def clear(self) -> None:
        """Forget all."""
        self._values.clear()


class Conversations:
    """Follows the turns of all conversations of a call that have neither id nor time."""

    def __init__(self) -> None:
        self._said = Remembered[int]()
        self._beginnings = Remembered[str]()

    def place(self, message: Message, path: str, stem: str | None = None) -> Place:
        """
        Return the place of a turn.

        stem: the name of the file, where the session is called by it: it began with something.
        """
        where = f"{path}\0{message.session_id}\0{message.namespace}"
        words = f"{message.name}\0{message.role}\0{message.content}"
        occurrence = None
        if not (message.extra or {}).get("occurrence"):
            key = hashed(f"{where}\0{words}").digest()
            occurrence = self._said.put(key, (self._said.get(key) or 0) + 1)
        if stem is None:
            return Place(occurrence)
        start = hashed(where).digest()
        first = hashed(f"{stem}\0{words}").hexdigest()
        return Place(occurrence, self._beginnings.put(start, self._beginnings.get(start) or first))


def hashed(text: str) -> blake2b:
    """Return a hash of a text, short enough to keep many."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16)
