"""A hand, and a house for it to build."""

from __future__ import annotations

import shutil

import pytest

from tests.support.task_hand import Hand


@pytest.fixture
def hand(empty_store):
    return Hand(empty_store)


@pytest.fixture(scope="module")
def house_once(empty_once, tmp_path_factory):
    """A house to build: walls, of bricks and mortar, and a roof after them. For copies only."""
    hand = Hand(shutil.copytree(empty_once, tmp_path_factory.mktemp("house") / "store"))
    ids = {"house": hand.add("Build the house")}
    ids["walls"] = hand.add("Put up the walls", parent=ids["house"])
    ids["roof"] = hand.add("Put on the roof", parent=ids["house"], after=(ids["walls"],))
    ids["bricks"] = hand.add("Lay the bricks", parent=ids["walls"])
    ids["mortar"] = hand.add("Mix the mortar", parent=ids["walls"])
    hand.ids = ids
    return hand


@pytest.fixture
def house(house_once, tmp_path):
    """A hand with a house of its own to build."""
    hand = Hand(shutil.copytree(house_once.store.layout.root, tmp_path / "house"))
    hand.now, hand.ids = house_once.now, house_once.ids
    return hand
