"""What a request is searched by."""

from __future__ import annotations

from memcli.context.requests import LONGEST_QUERY, searched


def test_of_a_long_message_the_beginning_and_the_end_are_searched_for():
    assert searched("where is it?") == "where is it?"
    long = "a" * LONGEST_QUERY + "b" * LONGEST_QUERY
    assert searched(long) == "a" * (LONGEST_QUERY // 2) + "\n" + "b" * (LONGEST_QUERY // 2)
