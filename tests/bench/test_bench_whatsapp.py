"""
A year of a chat of WhatsApp in each of the languages of its users, counted to the last turn.

Fails where a turn, its time, its speaker or its files differ from what was written.
"""

from __future__ import annotations

import pytest

from tests.support.whatsapp_chats import LANGUAGES, require_each_turn

pytestmark = pytest.mark.bench


@pytest.mark.parametrize("name", LANGUAGES)
def test_a_year_is_read_to_the_last_turn(name, report):
    report(f"{name}: {require_each_turn(name):,} turns")
