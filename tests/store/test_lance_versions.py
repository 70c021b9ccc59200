"""Versions of a table are known by their manifests, and torn ones go."""

import os

from store import Store, lance_versions
from store._lance import Table


def test_the_version_is_in_the_name_of_a_manifest(store: Store, save) -> None:
    save(store, "a")
    folder = store.layout.table("memories")
    found = {
        lance_versions.manifest_version(path) for path in (folder / "_versions").glob("*.manifest")
    }
    newest = Table.open("memories", folder).newest_version
    assert found == set(range(1, newest + 1))
    assert all(lance_versions.manifest_path(folder, version).is_file() for version in found)
    assert lance_versions.manifest_version(folder / "d12.manifest") == 0


def test_torn_versions_are_removed_and_whole_ones_stay(store: Store, save, memories) -> None:
    save(store, "a")
    folder = store.layout.table("memories")
    table = Table.open("memories", folder)
    whole = table.version
    for text in "bcd":
        table.append(memories(text))
    for version, size in ((whole + 1, 0), (whole + 3, 100)):
        os.truncate(lance_versions.manifest_path(folder, version), size)
    lance_versions.remove_torn_versions("memories", folder, after=whole)
    assert Table.open("memories", folder).newest_version == whole + 2
    assert not lance_versions.manifest_path(folder, whole + 1).exists()
