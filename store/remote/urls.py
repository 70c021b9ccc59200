"""URLs of stores on object storage, and the folders on this machine that are copies of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from store.errors import BadUsage
from store.sealing import sealed

# Of store.json, in the bucket and in its copy here; an earlier program does not know it.
REMOTE_FORMAT: Final = 3
# The same, of one that is encrypted.
SEALED_FORMAT: Final = 4
SCHEMES: Final = ("s3", "gs", "az")
# A Path has one slash where a URL has two.
URL: Final = re.compile(rf"({'|'.join(SCHEMES)}):/{{1,2}}([^/]+)((?:/[^/]+)*)/*")

# What begins so is no folder, unless it has its whole path.
BEGUN: Final = re.compile(rf"({'|'.join(SCHEMES)}):(/.*)?")

_urls: dict[Path, str] = {}


def remote_identity(store_id: str, form: str, url: str | None = None) -> bytes:
    """
    Store.json of a store on object storage: in the bucket, or with its URL in the copy here.

    form: the folder of its sealed objects, empty for one that is not encrypted.
    """
    version = {"format": SEALED_FORMAT, "form": form} if form else {"format": REMOTE_FORMAT}
    return sealed({**version, "id": store_id, **({"url": url} if url else {})})


def url_of(name: str | Path) -> str | None:
    """
    URL that a name of a store means, None for the path of a folder.

    A folder that is called so is named with its whole path. BadUsage for a URL without a bucket.
    """
    match = URL.fullmatch(str(name))
    if match is None and BEGUN.fullmatch(str(name)):
        raise BadUsage(f"{name} names no bucket", "write s3://bucket/path")
    return f"{match[1]}://{match[2]}{match[3]}" if match else None


def note_copy(root: Path, url: str) -> None:
    """Keep, for this process, that a folder is the copy of a store at a URL."""
    _urls[root] = url


def copied_url(root: Path) -> str | None:
    """Return the URL that a folder is the copy of, as far as this process knows."""
    return _urls.get(root)


def shown(root: Path) -> str:
    """Return what a store is called to the user: its URL, or its path."""
    return _urls.get(root) or str(root)
