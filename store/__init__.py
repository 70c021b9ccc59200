"""
The on-disk store of memcli: Lance tables under multi-table transactions, SQL by DuckDB.

What it offers is imported when it is first asked for, so that `store.errors` alone stays cheap.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from store.commits import Commit
    from store.errors import (
        BadRecord,
        BadUsage,
        BudgetExhausted,
        CommitConflict,
        EncoderUnavailable,
        InputNotFound,
        Interrupted,
        InvalidAnswer,
        MemcliError,
        NewerRecord,
        NoHits,
        PartialInput,
        PluginUnavailable,
        RequestRefused,
        RerankerUnavailable,
        ServiceBusy,
        ServiceUnavailable,
        StoreCorrupt,
        StoreExists,
        StoreIOError,
        StoreLocked,
        StoreNotFound,
        UnsupportedVersion,
    )
    from store.problems import Problem
    from store.snapshot import Snapshot
    from store.store import Store
    from store.transaction import Transaction

__all__ = [
    "BadRecord",
    "BadUsage",
    "BudgetExhausted",
    "Commit",
    "CommitConflict",
    "EncoderUnavailable",
    "InputNotFound",
    "Interrupted",
    "InvalidAnswer",
    "MemcliError",
    "NewerRecord",
    "NoHits",
    "PartialInput",
    "PluginUnavailable",
    "Problem",
    "RequestRefused",
    "RerankerUnavailable",
    "ServiceBusy",
    "ServiceUnavailable",
    "Snapshot",
    "Store",
    "StoreCorrupt",
    "StoreExists",
    "StoreIOError",
    "StoreLocked",
    "StoreNotFound",
    "Transaction",
    "UnsupportedVersion",
]

# Every other name of the list is an error.
_MODULES = {
    "Commit": "store.commits",
    "Problem": "store.problems",
    "Snapshot": "store.snapshot",
    "Store": "store.store",
    "Transaction": "store.transaction",
}


# Type checkers read the imports above, and would take any name from this.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """Import what is asked for."""
        if name not in __all__:
            raise AttributeError(f"module 'store' has no attribute {name!r}")
        value = getattr(import_module(_MODULES.get(name, "store.errors")), name)
        globals()[name] = value
        return value
