"""What a search found."""

from __future__ import annotations

from memcli.search.found import Found


def test_what_was_found_at_once_has_no_hops():
    assert Found._field_defaults == {"answerable": 0.0, "hops": ()}
