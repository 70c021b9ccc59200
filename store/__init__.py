"""The on-disk store of memcli: Lance tables under multi-table transactions, SQL by DuckDB."""

from store.errors import (
    BadRecord,
    BadUsage,
    CommitConflict,
    EncoderUnavailable,
    InputNotFound,
    Interrupted,
    MemcliError,
    NewerRecord,
    NoHits,
    PartialInput,
    StoreCorrupt,
    StoreExists,
    StoreIOError,
    StoreLocked,
    StoreNotFound,
    UnsupportedVersion,
)

__all__ = [
    "BadRecord",
    "BadUsage",
    "CommitConflict",
    "EncoderUnavailable",
    "InputNotFound",
    "Interrupted",
    "MemcliError",
    "NewerRecord",
    "NoHits",
    "PartialInput",
    "StoreCorrupt",
    "StoreExists",
    "StoreIOError",
    "StoreLocked",
    "StoreNotFound",
    "UnsupportedVersion",
]
