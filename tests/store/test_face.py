"""What `from store import ...` offers: all that others need, loaded when it is asked for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import store
from store import errors

ENGINE = ("Commit", "Problem", "Snapshot", "Store", "Transaction")


def errors_defined():
    return {
        name
        for name, value in vars(errors).items()
        if isinstance(value, type) and value.__module__ == errors.__name__
    }


def test_all_errors_and_the_classes_of_the_store_are_offered():
    assert len(errors_defined()) >= 22
    for name in (*errors_defined(), *ENGINE):
        assert getattr(store, name).__name__ == name


def test_a_name_is_the_class_of_its_module(tmp_path):
    from store import Commit, Problem, Snapshot, Store, StoreNotFound, Transaction

    with pytest.raises(StoreNotFound):
        Store.open(tmp_path)
    for offered in (Commit, Problem, Snapshot, Store, Transaction):
        assert vars(sys.modules[offered.__module__])[offered.__name__] is offered


def test_a_name_that_is_not_offered_is_no_attribute():
    with pytest.raises(AttributeError, match="no attribute 'Table'"):
        _ = store.Table
    with pytest.raises(ImportError):
        exec("from store import Table")
    for name in ("ClassVar", "annotations", "os"):
        assert not hasattr(store, name)


def test_errors_are_imported_without_the_store():
    code = """import sys, store.errors
loaded = sorted(m for m in sys.modules if m.partition('.')[0] in ('store', 'lance', 'pyarrow'))
print(*loaded)
from store import Store
print('store.store' in sys.modules, 'lance' in sys.modules)"""
    command = [sys.executable, "-c", code]
    root = Path(store.__file__).parent.parent
    shown = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root)
    assert shown.stdout.splitlines() == ["store store.errors", "True False"]
