"""A store with a talk, some statements and a screen over it."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime

import pytest

from memcli.cli.browser.actions import ScreenActions
from memcli.cli.browser.reading import ScreenReader
from memcli.search.resident import ResidentMemory
from store import Store
from tests.support.talked_stores import line, talked

NOW = datetime(2031, 6, 2, tzinfo=UTC)
SAID = (
    "The spare key hangs behind the boiler.",
    "I repaired the wooden boat in May.",
    "Which colour is it now?",
    "My brother painted it green.",
    "Tomorrow I sail to the island.",
)


@pytest.fixture(scope="session")
def talk_once(empty_once, tmp_path_factory):
    path = shutil.copytree(empty_once, tmp_path_factory.mktemp("talk") / "store")
    turns = [line(text, f"2031-01-01T10:0{i}:00Z", "s/boat") for i, text in enumerate(SAID)]
    talked(path, turns)
    return path


@pytest.fixture
def path(talk_once, tmp_path):
    return shutil.copytree(talk_once, tmp_path / "talk")


@pytest.fixture
def memory(path):
    return ResidentMemory(Store.open(path, mode="read"), present=NOW)


@pytest.fixture
def reader(memory):
    return ScreenReader(memory)


@pytest.fixture
def actions(path):
    return ScreenActions(lambda: Store.open(path), lambda: NOW, None)
