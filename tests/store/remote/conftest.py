"""A store in a bucket in memory, and machines that each have a copy of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from store import Store
from store.commits import EncoderStamp
from store.location import local_path
from store.remote import connecting, opening
from store.remote.settings import StorageSettings
from tests.support.memory_objects import MemoryObjects

URL = "s3://bucket/memory"


class Machines:
    """Machines of one user: each has copies of its own of what is in one bucket in memory."""

    def __init__(self, folder: Path, objects: MemoryObjects) -> None:
        self.folder = folder
        self.objects = objects
        self.url = objects.url

    def at(self, name: str) -> Path:
        """Go to a machine, and return the folder that the store's copy has there."""
        os.environ["XDG_CACHE_HOME"] = str(self.folder / name)
        return local_path(self.url)

    def open_nothing(self, name: str) -> None:
        """Go to a machine, as a process that begins there."""
        os.environ["XDG_CACHE_HOME"] = str(self.folder / name)
        opening.forget_mirrors()

    def open(self, name: str, wait_s: float = 5.0) -> Store:
        """Return the store as a process that begins on a machine opens it."""
        root = self.at(name)
        opening.forget_mirrors()
        return Store.open(root, lock_wait_s=wait_s)

    def copy(self, source: str, target: str) -> None:
        """Let a machine have what another has."""
        shutil.copytree(self.folder / source, self.folder / target)


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Machines]:
    """Machines and a bucket in which there is no store."""
    objects = MemoryObjects(URL)
    monkeypatch.setattr(connecting, "objects_of", lambda url, settings: objects)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    yield Machines(tmp_path, objects)
    opening.forget_mirrors()


@pytest.fixture
def machines(nowhere: Machines, made: dict[str, bytes], stamp: EncoderStamp) -> Machines:
    """Machines and an empty store in the bucket, which none of them has read yet."""
    nowhere.objects.kept |= {name: (data, nowhere.objects.now) for name, data in made.items()}
    return nowhere


@pytest.fixture(scope="session")
def made(stamp: EncoderStamp, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The objects of an empty store."""
    objects = MemoryObjects(URL)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(connecting, "objects_of", lambda url, settings: objects)
        patch.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("maker")))
        Store.create(local_path(URL), stamp)
        opening.forget_mirrors()
    return {name: data for name, (data, _) in objects.kept.items()}


@pytest.fixture(scope="session")
def settings() -> Callable[..., StorageSettings]:
    """Make settings."""
    return StorageSettings
