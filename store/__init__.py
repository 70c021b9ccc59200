"""
The on-disk store of memcli: Lance tables under multi-table transactions, SQL by DuckDB.

It offers what `_MODULES` names and every error of `store.errors`. Each is imported when it is first
asked for, so that `store.errors` alone stays cheap.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from store.commits import Commit as Commit
    from store.errors import *  # noqa: F403
    from store.problems import Problem as Problem
    from store.snapshot import Snapshot as Snapshot
    from store.store import Store as Store
    from store.transaction import Transaction as Transaction

# Every other name that begins with a capital is an error.
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
        module = _MODULES.get(name, "store.errors")
        value = vars(import_module(module)).get(name) if name[:1].isupper() else None
        if getattr(value, "__module__", None) != module:
            raise AttributeError(f"module 'store' has no attribute {name!r}")
        globals()[name] = value
        return value
