"""
Objects of a bucket, and the only module that imports obstore: its errors become ours here.

The interface is what all object storages have: get, list, put, put if absent, delete. Nothing else
of a bucket is relied upon; what is put if absent is what makes transactions.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final, NamedTuple, Protocol

from store.errors import BadUsage, CommitConflict, StoreIOError

# Requests at once: what waits for the network takes no processor.
AT_ONCE: Final = 16
INSTALL: Final = "pip install 'memcli[s3]'"
# A commit is tried again by its writer; a request that is slow or refused, here.
TIMEOUT: Final = "30s"
RETRIES: Final = {"max_retries": 5}
RETRY_TIMEOUT_S: Final = 60
DELETED_AT_ONCE: Final = 500
# Lance's names that are none of the service's: how it is spoken to.
CLIENT_OPTIONS: Final = frozenset(
    """
    allow_http allow_invalid_certificates connect_timeout timeout user_agent proxy_url
    proxy_ca_certificate proxy_excludes http1_only http2_only pool_idle_timeout
    pool_max_idle_per_host
    """.split()
)
# Of Lance, not of the client: how often and how long it tries again.
RETRY_OPTIONS: Final = ("client_max_retries", "client_retry_timeout")
# What object_store reads of no option but Lance does.
ENDPOINTS: Final = ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT")
# How the names of the options of each service begin, by how their URLs do.
SERVICES: Final = {"s3:": "aws_", "gs:": "google_", "az:": "azure_"}
TRUE: Final = ("true", "1", "yes", "on")


class ObjectStat(NamedTuple):
    """What a listing says of an object; tag: changes with its content, without quotes around it."""

    name: str
    size: int
    tag: str
    modified: datetime


class Fetched(NamedTuple):
    """An object that was read."""

    data: bytes
    tag: str


class Objects(Protocol):
    """
    The objects below a URL, by their names such as `commits/00000001.json`.

    All raise StoreIOError where the storage does not do what is asked.
    """

    url: str

    def get(self, name: str) -> Fetched | None:
        """Return an object, None where there is none."""

    def get_changed(self, name: str, tag: str) -> Fetched | None:
        """Return an object that is not as its tag says, None for one that is; FileNotFoundError."""

    def listing(self, folder: str, after: str = "") -> Iterator[ObjectStat]:
        """Yield the objects in a folder and below, in the order of their names, after one."""

    def top(self) -> list[ObjectStat]:
        """Return the objects that are in no folder."""

    def put(self, name: str, data: bytes, tag: str | None = None) -> str:
        """Write an object and return its tag; CommitConflict if it is not as a tag says."""

    def put_new(self, name: str, data: bytes) -> str:
        """Write an object that is not there and return its tag; FileExistsError where it is."""

    def delete(self, names: Iterable[str]) -> None:
        """Delete objects; none of them need be there."""

    def delete_old_versions(self) -> bool:
        """Delete the versions that a bucket keeps of objects; say whether none is left."""


class CloudObjects:
    """Objects in a bucket of S3 or what speaks like it, of Google, or of Azure."""

    def __init__(self, url: str, options: dict[str, str]) -> None:
        self.url = url
        self._options = options
        self._store = self._opened()

    def _opened(self) -> Any:
        """Return what speaks with the bucket; BadUsage for options that make no sense."""
        try:
            # Threads that import it at once find it half imported.
            from obstore.exceptions import BaseError
            from obstore.store import from_url
        except ImportError as error:
            raise BadUsage(f"{self.url} needs the package obstore", INSTALL) from error
        client = {n: v for n, v in self._options.items() if n in CLIENT_OPTIONS}
        own = for_service(self.url, self._options)
        service = {n: v for n, v in own.items() if n not in (*client, *RETRY_OPTIONS)}
        if self.url.startswith("s3:"):
            service = with_endpoint(service)
            _allow_plain(client, service)
        try:
            opened: Any = from_url  # its types are of one service each
            return opened(
                self.url,
                config=service or None,
                client_options={"timeout": TIMEOUT, **client},
                retry_config=self._retries(),
            )
        except (BaseError, ValueError, TypeError) as error:
            raise BadUsage(
                f"{self.url}: {reason_of(error)}", "see memcli help object-storage"
            ) from (error)

    def _retries(self) -> dict[str, Any]:
        from datetime import timedelta

        given = [int(self._options.get(name, 0)) for name in RETRY_OPTIONS]
        tries = given[0] or RETRIES["max_retries"]
        return {
            "max_retries": tries,
            "retry_timeout": timedelta(seconds=given[1] or RETRY_TIMEOUT_S),
        }

    def get(self, name: str) -> Fetched | None:
        """Return an object, None where there is none."""
        try:
            return self._get(name, None)
        except FileNotFoundError:
            return None

    def get_changed(self, name: str, tag: str) -> Fetched | None:
        """Return an object that is not as its tag says, None for one that is; FileNotFoundError."""
        from obstore.exceptions import NotModifiedError

        try:
            found = self._get(name, {"if_none_match": _quoted(tag)} if tag else None)
        except NotModifiedError:
            return None
        # A storage may know nothing of conditions on what is read.
        return None if tag and found.tag == tag else found

    def _get(self, name: str, options: Any) -> Fetched:
        import obstore

        with self._errors(f"read {name}"):
            found = obstore.get(self._store, name, options=options)
            return Fetched(bytes(found.bytes()), _tag(found.meta["e_tag"]))

    def listing(self, folder: str, after: str = "") -> Iterator[ObjectStat]:
        """Yield the objects in a folder and below, in the order of their names, after one."""
        import obstore

        with self._errors(f"list {folder}"):
            pages = obstore.list(self._store, prefix=folder, offset=after or None)
            yield from (_stat(meta) for page in pages for meta in page)

    def top(self) -> list[ObjectStat]:
        """Return the objects that are in no folder."""
        import obstore

        with self._errors("list it"):
            return [_stat(meta) for meta in obstore.list_with_delimiter(self._store)["objects"]]

    def put(self, name: str, data: bytes, tag: str | None = None) -> str:
        """Write an object and return its tag; CommitConflict if it is not as a tag says."""
        from obstore.exceptions import PreconditionError

        try:
            return self._put(name, data, self._same(name, tag) if tag else "overwrite")
        except (PreconditionError, FileNotFoundError):
            what = f"{name} of {self.url} was written by another meanwhile"
            raise CommitConflict(what, "run it again") from None

    def _same(self, name: str, tag: str) -> dict[str, str]:
        """Return the condition that an object is as its tag says: on Google, of its generation."""
        import obstore
        from obstore.exceptions import PreconditionError

        if not self.url.startswith("gs:"):
            return {"e_tag": _quoted(tag)}
        with self._errors(f"read {name}"):
            found = obstore.head(self._store, name)
        if _tag(found["e_tag"]) != tag:
            raise PreconditionError(name)
        return {"e_tag": _quoted(tag), "version": str(found["version"])}

    def put_new(self, name: str, data: bytes) -> str:
        """Write an object that is not there and return its tag; FileExistsError where it is."""
        from obstore.exceptions import AlreadyExistsError, PreconditionError

        try:
            return self._put(name, data, "create")
        except (AlreadyExistsError, PreconditionError):
            raise FileExistsError(name) from None

    def _put(self, name: str, data: bytes, mode: Any) -> str:
        import obstore

        with self._errors(f"write {name}"):
            done = obstore.put(self._store, name, data, mode=mode, use_multipart=False)
            return _tag(done["e_tag"])

    def delete(self, names: Iterable[str]) -> None:
        """Delete objects; none of them need be there."""
        some = sorted(names)
        for start in range(0, len(some), DELETED_AT_ONCE):
            with self._errors("delete objects"):
                self._delete(some[start : start + DELETED_AT_ONCE])

    def _delete(self, names: list[str]) -> None:
        """Delete objects in one request; one by one where one is not there: the rest may be."""
        import obstore

        try:
            obstore.delete(self._store, names)
        except FileNotFoundError:
            for name in names if len(names) > 1 else ():
                self._delete([name])

    def delete_old_versions(self) -> bool:
        """Delete the versions that a bucket keeps of objects; say whether none is left."""
        import obstore

        with self._errors("look for versions"):
            if obstore.head(self._store, "store.json")["version"] is None:
                return True
        from store.remote.object_versions import VersionedBucket

        bucket = VersionedBucket(self.url, self._options)
        if not self.url.startswith("s3:") or not bucket.has_keys:
            return False
        bucket.delete_old()
        return True

    @contextmanager
    def _errors(self, doing: str) -> Iterator[None]:
        """Raise what the storage refuses as ours; what callers decide on stays as it is."""
        from obstore import exceptions

        decided = (
            exceptions.NotModifiedError,
            exceptions.AlreadyExistsError,
            exceptions.PreconditionError,
        )
        try:
            yield
        except decided:
            raise
        except FileNotFoundError as error:
            if "NoSuchBucket" in str(error):
                raise StoreIOError(f"there is no bucket for {self.url}", "make it first") from None
            raise
        except (exceptions.PermissionDeniedError, exceptions.UnauthenticatedError) as error:
            what = f"{self.url} may not be used so: {reason_of(error)}"
            raise StoreIOError(what, "check the keys and their rights") from error
        except (exceptions.BaseError, OSError) as error:
            if "NoSuchBucket" in str(error):
                raise StoreIOError(f"there is no bucket for {self.url}", "make it first") from None
            what = f"cannot {doing} ({self.url}): {reason_of(error)}"
            raise StoreIOError(what, "see memcli help object-storage") from error


def for_service(url: str, options: dict[str, str]) -> dict[str, str]:
    """Options without those that have the names of other services, as Lance passes them by."""
    others = tuple(prefix for scheme, prefix in SERVICES.items() if not url.startswith(scheme))
    return {name: value for name, value in options.items() if not name.startswith(others)}


def with_endpoint(options: dict[str, str]) -> dict[str, str]:
    """Return options with the endpoint of the environment where they name none."""
    named = {"aws_endpoint", "aws_endpoint_url", "endpoint", "endpoint_url"}
    endpoint = next((os.environ[name] for name in ENDPOINTS if os.environ.get(name)), None)
    if endpoint is None or not named.isdisjoint(options):
        return options
    return {**options, "aws_endpoint": endpoint}


def _allow_plain(client: dict[str, str], service: dict[str, str]) -> None:
    """Turn the environment's word for a connection that is not encrypted into an option."""
    if os.environ.get("AWS_ALLOW_HTTP", "").lower() in TRUE:
        client.setdefault("allow_http", "true")


def _stat(meta: Any) -> ObjectStat:
    return ObjectStat(meta["path"], meta["size"], _tag(meta["e_tag"]), meta["last_modified"])


def _tag(given: str | None) -> str:
    """Return a tag as all answers have it: Azure puts quotes around it in some of them."""
    told = given or ""
    return told[1:-1] if len(told) > 1 and told[0] == told[-1] == '"' else told


def _quoted(tag: str) -> str:
    """Return a tag as a request has it; one that is weak has its quotes."""
    return tag if '"' in tag else f'"{tag}"'


def reason_of(error: Exception) -> str:
    """Return what an error of obstore says, in a line without what only its makers understand."""
    first = str(error).split("\n\n", 1)[0].replace("\n", " ").strip()
    for cut in ("<?xml", " - HTTP error:"):
        if cut in first and (head := first.split(cut)[0].strip(" :-")):
            first = head if cut == "<?xml" else f"{head}: cannot be reached"
    return first


def side_by_side(work: Any, items: Iterable[Any]) -> list[Any]:
    """Return what a function gives of each of some items, which it gets several at once."""
    some = list(items)
    if len(some) < 2:
        return [work(item) for item in some]
    with ThreadPoolExecutor(max_workers=min(AT_ONCE, len(some))) as pool:
        return list(pool.map(work, some))
