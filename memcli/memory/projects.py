"""
Projects: the namespace of what is worked on in a folder.

A project is a repository of git, known by the address of its remote, so that it is the same on two
machines and in each of its work trees; without a remote by the path of its root; without git by the
folder. Work in the home folder itself, or above it, is of no project.
"""

from __future__ import annotations

import configparser
import os
import re
from base64 import b32encode
from hashlib import blake2b
from pathlib import Path
from typing import Final

from memcli.memory.spaces import DEFAULT_NAMESPACE

LONGEST_NAME: Final = 40
HASH_CHARACTERS: Final = 4
# user@host:path, as ssh has it, and scheme://user@host:port/path.
_SCP = re.compile(r"(?:[^@/:]+@)?([^/:@]+):(?!//)(.+)")
_URL = re.compile(r"[a-z+]+://(?:[^@/]*@)?([^/:]*)(?::\d+)?/(.*)", re.IGNORECASE)


def project_namespace(folder: str | os.PathLike[str]) -> str:
    """Return the namespace of the project that a folder is in; `default` where it is in none."""
    path = Path(os.path.abspath(folder))
    root = git_root(path)
    if root is None and (path == Path.home() or path in Path.home().parents):
        return DEFAULT_NAMESPACE
    remote = _remote(root) if root else None
    name = remote.rpartition("/")[2] if remote else (root or path).name
    slug = re.sub(r"[^\w.-]+", "-", name).strip("-.").lower()[:LONGEST_NAME] or "project"
    return f"{slug}-{_short_hash(remote or os.path.realpath(root or path))}"


def git_root(path: Path) -> Path | None:
    """Return the root of the work tree that a folder is in."""
    return next((place for place in (path, *path.parents) if (place / ".git").exists()), None)


def normal_remote(url: str) -> str:
    """Return the host and path of a remote's address, the same however it is written."""
    url = url.strip()
    parts = _URL.fullmatch(url) or _SCP.fullmatch(url)
    host, path = parts.groups() if parts else ("", url)
    return f"{host.lower()}/{path.strip('/').removesuffix('.git').strip('/')}"


def _remote(root: Path) -> str | None:
    """Return the address of `origin`, else of the first remote, as git's own file has it."""
    parser = configparser.RawConfigParser(strict=False, allow_no_value=True)
    try:
        parser.read_string((_git_folder(root) / "config").read_text("utf-8", "replace"))
    except (OSError, configparser.Error):
        return None
    urls = {
        name: parser[name]["url"]
        for name in parser.sections()
        if name.startswith("remote ") and parser[name].get("url")
    }
    url = urls.get('remote "origin"') or next(iter(urls.values()), None)
    return normal_remote(url) if url else None


def _git_folder(root: Path) -> Path:
    """Return the folder of git's files, that of the main work tree where there are several."""
    folder = root / ".git"
    if folder.is_file():
        folder = root / folder.read_text("utf-8", "replace").partition("gitdir:")[2].strip()
        common = folder / "commondir"
        if common.is_file():
            folder = folder / common.read_text("utf-8").strip()
    return folder


def _short_hash(text: str) -> str:
    digest = blake2b(os.fsencode(text), digest_size=5).digest()
    return b32encode(digest).decode().lower()[:HASH_CHARACTERS]
