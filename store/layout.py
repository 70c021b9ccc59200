"""
Layout of a store: where its files are, and how it is born.

A store is one directory of mode 0700. Its README, format version and id are written once, at
birth, and checked at every opening before anything else is touched.

A birth begins with `store.json.new` and ends by renaming that to `store.json`: a directory that
has the first and not the second is an init that was killed, holds nothing, and may be begun anew.
"""

from __future__ import annotations

import secrets
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

from store.encryption.identity import ENCRYPTED_FORMAT
from store.errors import StoreCorrupt, StoreExists, StoreNotFound, UnsupportedVersion
from store.files import io_errors, sync, write_synced
from store.remote.urls import REMOTE_FORMAT, SEALED_FORMAT, copied_url, remote_identity, shown
from store.sealing import sealed, unsealed
from store.trust import FULL, Trust

if TYPE_CHECKING:
    from store.encryption.vault import Vault
    from store.remote.side import RemoteSide, SealedSide

FORMAT_VERSION: Final = 1
DEFAULT_LOCK_WAIT_S: Final = 10.0
# Every memory is in one of these two: `archive` has what only searches for everything find.
MEMORY_TABLES: Final = ("memories", "archive")
TOMBSTONES: Final = "tombstones"
STAMPS: Final = "stamps"
WINDOWS: Final = "windows"
# Secrets by name, each sealed; the container of an encrypted store is another thing.
VAULT: Final = "vault"
KEPT: Final = ("entities", "links", "strengths", "sources", TOMBSTONES, STAMPS, WINDOWS, VAULT)
TABLE_NAMES: Final = (*MEMORY_TABLES, *KEPT, "accesses")
# `accesses` lies outside the transactions: losing one of its rows costs only reinforcement.
PROTOCOL_TABLES: Final = TABLE_NAMES[:-1]
# These are made when they are first written to; a store without one is as one where it is empty.
LATER_TABLES: Final = ("sources", TOMBSTONES, STAMPS, WINDOWS, VAULT)
# What `sql`, and an export that has tables, can see.
SQL_TABLES: Final = tuple(name for name in TABLE_NAMES if name != VAULT)

README_TEXT: Final = """\
This directory is a memcli store: the long-term memory of a person, a project or an agent.

store.json    format version and id of the store, fixed at birth
config.toml   settings; edit it as you like
tables/       Lance tables; lancedb.connect("tables") opens them
commits/      one file for each published transaction, never changed
lock          held while something writes
*.key         secrets of this store, made when first needed: what was purged is known by them
consolidate.lock  held while a nightly run is at work

Do not delete or edit files in tables/ and commits/ by hand: use memcli.
"""
ENCRYPTED_README_TEXT: Final = """\
This directory is a memcli store: the long-term memory of a person, a project or an agent. It is
encrypted: without its key nothing in it can be read, and nobody can bring it back.

store.json    format version and id of the store, fixed at birth
config.toml   settings, in plain; edit it as you like
encrypted/    all that is remembered, in encrypted files, and the keys of these in two copies
hooks/        what the settings of agents were before memcli wrote into them, in plain
lock          held while something writes
consolidate.lock  held while a nightly run is at work

Do not delete or edit files in encrypted/ by hand: use memcli (memcli help encryption).
"""
GITIGNORE_TEXT: Final = """\
# Memories are private: no repository takes them unless you delete this file.
*
"""
CONFIG_TEXT: Final = """\
# Settings of this memcli store. Every line is optional; the values shown are the defaults.

[query]
# top_k = 10

[compact]
# How many of the newest commits stay readable by --at and undo.
# keep_commits = 10

[ingest]
# Keep [secret:kind] in the place of each secret.
# redact = false
# A turn of more bytes is kept whole, and read in parts by extract.
# max_turn_bytes = 1000000

[decay]
# What ages memories: "activity", days on which the store was used, or "days", all of them.
# clock = "activity"
# Retention below which a memory ranks lower, and below which it is archived.
# dormant_below = 0.1
# archive_below = 0.01
# What matters at least so much is never archived.
# importance_floor = 0.3
# What is recalled so often that it is this hot never fades.
# promote_heat = 5.0

[decay.policy]
# One of ebbinghaus, power, layered, heat, age and none.
# name = "ebbinghaus"
# Days in which a memory fades at first, and that each recall adds which is well apart from others.
# initial_days = 5.0
# recall_days = 5.0

[decay.types.semantic]
# The same for one type: episodic, semantic, procedural, core, resource or vault.
# name = "power"

[llm]
# A language model for extract, if you have one: any OpenAI-compatible service, or any command that
# takes a prompt on stdin.
# base_url = "http://localhost:11434/v1"
# model = "llama3.1"
# api_key_env = "OPENAI_API_KEY"
# command = "llm -m x"
# max_tokens = 200000
"""


@dataclass(frozen=True)
class Layout:
    """
    The paths inside a store, and what the user lets it do.

    vault: where an encrypted store is decrypted, and what keeps that alike; None for a plain one.
    remote: what keeps a store on object storage and its copy here alike; None for one on a disk.
    """

    root: Path
    trust: Trust = FULL
    vault: Vault | SealedSide | None = None
    remote: RemoteSide | None = None

    @property
    def disk_vault(self) -> Vault | None:
        """The vault of an encrypted store on a disk: in a bucket there is no container."""
        return None if self.remote else cast("Vault | None", self.vault)

    @property
    def shown(self) -> str:
        """What the store is called to the user: its path or URL."""
        return shown(self.root)

    @property
    def work(self) -> Path:
        """Where tables, commits, keys and caches are in plain; the root, unless encrypted."""
        return self.vault.work if self.vault else self.root

    def named(self, path: Path) -> str:
        """Return the path of a file as it is called in the store, decrypted or not."""
        return str(path.relative_to(self.work if path.is_relative_to(self.work) else self.root))

    @property
    def identity(self) -> Path:
        """The file with format version and store id."""
        return self.root / "store.json"

    @property
    def unfinished(self) -> Path:
        """What store.json is called until the birth of the store is complete."""
        return self.root / "store.json.new"

    @property
    def config(self) -> Path:
        """The user's settings."""
        return self.root / "config.toml"

    @property
    def commits(self) -> Path:
        """The folder of commit files."""
        return self.work / "commits"

    @property
    def tombstone_key(self) -> Path:
        """The key of the hashes of what was purged."""
        return self.work / "tombstones.key"

    def foreign_tombstone_key(self, name: str) -> Path:
        """The key, of a name, of hashes of what was purged in another store."""
        return self.work / f"tombstones-{name}.key"

    @property
    def receipt_key(self) -> Path:
        """The key by which receipts of purges are signed."""
        return self.work / "receipts.key"

    @property
    def lock(self) -> Path:
        """The writers' lock file."""
        return self.root / "lock"

    @property
    def completions(self) -> Path:
        """What a shell offers at TAB; readers keep it, and nothing else needs it."""
        return self.work / "cache" / "completions.json"

    @property
    def tables(self) -> Path:
        """The folder of Lance tables."""
        return self.work / "tables"

    def table(self, name: str) -> Path:
        """The folder of one Lance table; the suffix is what lancedb looks for."""
        return self.tables / f"{name}.lance"


def is_store(root: Path) -> bool:
    """Say whether a directory looks like a store."""
    with io_errors(f"look into {root}"):
        return (root / "store.json").is_file()


def make_root(root: Path) -> Layout:
    """
    Make the directory of a new store, or take one that is empty or left by a killed init.

    Raises StoreExists when something else is there, StoreIOError when it cannot be written.
    """
    with io_errors(f"create a store in {root}"):
        _refuse_what_exists(Layout(root))
        missing = [path for path in (root, *root.parents) if not path.exists()]
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        root.chmod(0o700)
        for path in missing:
            sync(path.parent)
    return Layout(root)


def _refuse_what_exists(layout: Layout) -> None:
    """Raise StoreExists for a store, and for a directory that holds anything else."""
    root = layout.root
    if is_store(root):
        what = f"{shown(root)} is a store already"
        raise StoreExists(what, "use it as it is, or choose another path")
    if not root.exists() or layout.unfinished.is_file():
        return
    if not root.is_dir() or {path.name for path in root.iterdir()} - {layout.lock.name}:
        raise StoreExists(f"{root} exists and is not empty", "choose an empty or new directory")


def begin_birth(layout: Layout, encrypted: bool = False) -> str:
    """Make the empty folders, without what a killed init left there; return the store's id."""
    store_id = secrets.token_hex(8)
    begin_restore(layout, identity_of(store_id, encrypted, copied_url(layout.root)))
    with io_errors(f"create a store in {layout.root}"):
        write_readme(layout, encrypted)
        layout.config.write_text(CONFIG_TEXT, encoding="utf-8")
        (layout.root / ".gitignore").write_text(GITIGNORE_TEXT, encoding="utf-8")
        for folder in () if encrypted else (layout.tables, layout.commits):
            folder.mkdir()
    return store_id


def identity_of(store_id: str, encrypted: bool, url: str | None = None) -> bytes:
    """Return what store.json holds; url: that of a store on object storage, in its copy here."""
    if url is not None:
        return remote_identity(store_id, first_form(store_id) if encrypted else "", url)
    version = ENCRYPTED_FORMAT if encrypted else FORMAT_VERSION
    return sealed({"format": version, "id": store_id})


def first_form(store_id: str) -> str:
    """Return the form of a store on object storage that is made encrypted."""
    return f"encrypted-{store_id}"


def write_readme(layout: Layout, encrypted: bool) -> None:
    """Write what the folder is, for a person who finds it."""
    text = ENCRYPTED_README_TEXT if encrypted else README_TEXT
    (layout.root / "README").write_text(text, encoding="utf-8")


def begin_restore(layout: Layout, identity: bytes) -> None:
    """Make room for the files of a backup, as `begin_birth` does for a new store."""
    with io_errors(f"create a store in {layout.root}"):
        _refuse_what_exists(layout)
        for folder in (layout.tables, layout.commits, layout.root / "encrypted"):
            if folder.exists():
                shutil.rmtree(folder)
        write_synced(layout.unfinished, identity)
        sync(layout.root)


def end_birth(layout: Layout) -> None:
    """Make the directory a store, now that all else is there."""
    with io_errors(f"create a store in {layout.root}"):
        sync(layout.root)
        layout.unfinished.rename(layout.identity)
        sync(layout.root)


def read_identity(layout: Layout) -> dict[str, Any]:
    """
    Return store.json after checking it.

    Raises StoreNotFound, StoreCorrupt or UnsupportedVersion.
    """
    root = layout.root
    if not root.is_dir():
        name = shown(root)
        raise StoreNotFound(f"no store at {name}", f"make one: memcli init --store {name}")
    try:
        with io_errors(f"read {layout.identity}"):
            if not is_store(root):
                raise _not_a_store(layout)
            data = layout.identity.read_bytes()
        identity = unsealed(data)
        version = identity["format"] = int(identity["format"])
        identity["id"] = str(identity["id"])
    except (ValueError, KeyError, TypeError) as error:
        raise StoreCorrupt(
            f"{layout.identity} is damaged", "run memcli repair, or restore it from a backup"
        ) from error
    if version not in (FORMAT_VERSION, ENCRYPTED_FORMAT, REMOTE_FORMAT, SEALED_FORMAT):
        raise UnsupportedVersion(
            f"{root} has format version {version}, this memcli knows up to {SEALED_FORMAT}",
            "update memcli",
        )
    return dict(identity)


def _not_a_store(layout: Layout) -> StoreNotFound:
    """Return the error for a directory without store.json."""
    root = layout.root
    if layout.unfinished.is_file():
        return StoreNotFound(
            f"{root} is a store whose init was cut short", f"run again: memcli init --store {root}"
        )
    if copied_url(root):
        return StoreNotFound(
            f"no store at {shown(root)}", f"make one: memcli init --store {shown(root)}"
        )
    return StoreNotFound(
        f"{root} is not a store", "name a store with --store or MEMCLI_STORE, or run memcli init"
    )
