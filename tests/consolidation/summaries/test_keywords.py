"""The words by which one piece of a conversation is told from others."""

from __future__ import annotations

from memcli.consolidation.summaries.keywords import words_of_groups


def said(*keywords, speaker="Ida"):
    return {"speaker": speaker, "keywords": list(keywords)}


def test_words_come_once_without_numbers_short_and_common_ones():
    (words,) = words_of_groups([[said("Clay bowls", "kiln 4"), said("kiln", "of", "ox", "記")]])
    assert words == ["clay", "bowls", "kiln", "記"]


def test_a_name_is_one_from_where_its_owner_speaks():
    pieces = [[said("rose")], [said("rose", "goats", speaker="Rose Lind")], [said("rose", "lind")]]
    assert words_of_groups(pieces) == [["rose"], ["goats"], []]


def test_a_piece_without_keywords_has_no_words():
    assert words_of_groups([[{"speaker": None, "keywords": None}], []]) == [[], []]
