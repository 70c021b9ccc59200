"""
Stores of tests moved to a bucket: `--store-on s3`.

A store that a test has made on the disk is moved at its first use by a command: all of it goes to
the bucket, and a link to the copy on this machine takes its place, so that tests find files there.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from store.remote.urls import REMOTE_FORMAT

if TYPE_CHECKING:
    from tests.support.bucket import Bucket


class Mover:
    """What moves stores to a bucket."""

    def __init__(self, bucket: Bucket) -> None:
        self.bucket = bucket
        self._shared: dict[Path, str] = {}

    def moved(self, arguments: tuple[object, ...], env: dict[str, str] | None) -> list[str]:
        """Return the arguments of a run after moving the store that it is on, if it has one."""
        words = [str(word) for word in arguments]
        if not words:
            return words
        for place, word in enumerate(words[1:], 1):
            if words[place - 1] == "--store":
                words[place] = self.name_of(Path(word)) or word
        default = (env or {}).get("MEMCLI_STORE") or os.environ.get("MEMCLI_STORE")
        if default and "--store" not in words:
            self.name_of(Path(default))
        return words

    def name_of(self, root: Path) -> str | None:
        """Move a plain store; return the URL of one that other tests copy, which stays there."""
        if not is_plain(root):
            return None
        if root.parent.name.endswith("-once"):
            if not (root.parent / "result.json").exists():
                return None  # it is being made
            if root not in self._shared:
                self._shared[root] = self._bring(root)[0]
            return self._shared[root]
        self.move(root)
        return None

    def _bring(self, root: Path) -> tuple[str, Path]:
        """Bring all of a store to the bucket, and return its URL and the folder of its copy."""
        from store.backup import restore_backup
        from store.location import local_path

        url = self.bucket.new_url()
        copy = local_path(url)
        restore_backup(root, copy)
        if (root / "cache").is_dir():
            shutil.copytree(root / "cache", copy / "cache", dirs_exist_ok=True)
        return url, copy

    def move(self, root: Path) -> None:
        """Move a plain store on the disk, and put a link to its copy in its place."""
        from store.trust import find_mark, put_mark

        mark = find_mark(root)
        _, copy = self._bring(root)
        if mark is not None:
            put_mark(copy, mark.commands)
        mode = root.stat().st_mode
        shutil.rmtree(root)
        root.symlink_to(copy)
        copy.chmod(mode)

    def move_at_once(self, test: str, values: Iterable[object]) -> None:
        """Move the stores that a test was given before it runs, where it looks at them itself."""
        if any(part in test for part in MOVED_AT_ONCE):
            for value in values:
                if isinstance(value, Path) and is_plain(value):
                    self.move(value)


def is_plain(root: Path) -> bool:
    """Say whether a path is a store that can be moved."""
    return not root.is_symlink() and _format_of(root) == 1


def copytree(source: Any, target: Any, *arguments: Any, **options: Any) -> Any:
    """Copy a folder as shutil does; what is copied of the copy of a store is a plain store."""
    from store.layout import identity_of

    done = _copytree(source, target, *arguments, **options)
    root = Path(target)
    if _format_of(root) == REMOTE_FORMAT:
        path = root / "store.json"
        path.write_bytes(identity_of(json.loads(path.read_bytes())["id"], encrypted=False))
    return done


_copytree = shutil.copytree


def _format_of(root: Path) -> int:
    try:
        return int(json.loads((root / "store.json").read_bytes())["format"])
    except (OSError, ValueError, KeyError, TypeError):
        return 0


# Tests of commands that read or write files of a store before they run a command on it.
MOVED_AT_ONCE = (
    "test_check.py::test_damage_is_found[",
    "test_consolidate.py::test_a_second_run_at_once_ends_with_75",
    "test_doctor.py::test_what_is_wrong_gives_the_status[<lambda>-65-store]",
    "test_forget.py::test_a_purge_follows_no_link",
    "test_forget.py::test_dry_runs_and_what_is_not_there_change_nothing",
    "test_forget.py::test_what_a_session_holds_is_purged_with_a_count",
    "test_gone.py::test_without_its_key_",
    "test_init.py::test_init_never_touches_what_is_there",
    "test_stats.py::test_compact_is_advised_when_it_helps",
)
# Tests of commands that make no sense with a store in a bucket, by a part of their names.
RIGHTS = "is of the rights of a folder of the user's; the copy here lies in one of memcli's own"
ASIDE = (
    "opens what `repair` put aside by its path: no copy of a bucket is opened elsewhere than here"
)
LEFT_OUT_TESTS = {
    "test_check.py::test_damage_is_found[lose_tags]": "of tags nothing is kept in a bucket",
    "test_check.py::test_as_text_it_says_what_is_wrong": RIGHTS,
    "test_check.py::test_a_folder_open_to_others_is_a_warning": RIGHTS,
    "test_config.py::test_a_table_of_settings_and_what_is_not_set": (
        "compares what the store is called with the path on the disk"
    ),
    "test_repair.py::test_derived_memories_that_are_lost": ASIDE,
    "test_repair.py::test_the_copy_goes_where_it_is_wanted": ASIDE,
}


def why_left_out(test: str) -> str | None:
    """Return why a test is left out, None for one that is not."""
    return next((why for part, why in LEFT_OUT_TESTS.items() if part in test), None)
