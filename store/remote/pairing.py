"""Pairing: the bucket of a store on object storage, the copy here, and what is known of both."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from store.errors import Outpaced
from store.remote.filling import CopyFilling
from store.remote.local_copy import LocalCopy
from store.remote.objects import Objects
from store.remote.recalls import RecallLogs
from store.remote.settings import StorageSettings

if TYPE_CHECKING:
    from store.layout import Layout


class Pairing:
    """
    One store on object storage that is open.

    form: the folder of its sealed objects, empty for plain; is_claimed: whether its newest commit
    says that it is to have another form; state: what is known, as the copy's own file has it;
    seen_at: when the bucket was looked at, by the clock that only goes forward; thread: what
    changes any of it holds this.
    """

    def __init__(
        self,
        objects: Objects,
        copy: LocalCopy,
        store_id: str,
        settings: StorageSettings,
        form: str = "",
    ) -> None:
        self.objects = objects
        self.copy = copy
        self.store_id = store_id
        self.settings = settings
        self.form = form
        self.is_claimed = False
        self.filling = CopyFilling(objects, copy, settings.cache_mb << 20)
        self.recalls = RecallLogs(objects, copy)
        self.state = copy.read_state()
        self.thread = threading.RLock()
        self.seen_at = float("-inf")

    @property
    def url(self) -> str:
        """The URL of the store."""
        return self.objects.url

    @property
    def layout(self) -> Layout:
        """Where the files of the copy are."""
        from store.layout import Layout

        return Layout(self.copy.store)

    def expire(self) -> None:
        """Look at the bucket again the next time, however short ago that was."""
        self.seen_at = float("-inf")

    def outpaced(self, what: str) -> Outpaced:
        """Return the error for a writer that another was faster than; the bucket is looked at."""
        self.expire()
        return Outpaced(what, "run it again")
