"""Lessons as they are kept."""

from __future__ import annotations

from memcli.memory.lessons import about_lesson, helped_text, kind_of, lesson_ids, standing
from store import Store


def test_counts_are_in_the_metadata_as_text_or_read():
    row = {"metadata": '{"lesson": {"given": 2, "helped": 1}}'}
    assert about_lesson(row) == {"given": 2, "helped": 1}
    assert about_lesson({"metadata": {"lesson": {"given": 1}}}) == {"given": 1}
    assert about_lesson({"metadata": None}) == {}
    assert helped_text(about_lesson(row)) == "helped 1 of 2"
    assert helped_text({}) == ""


def test_what_helped_more_often_is_worth_more_and_nothing_known_one_half():
    known = [{"given": 3, "helped": 3}, {}, {"given": 3, "helped": 0}]
    assert [standing(about)[0] for about in known] == [0.8, 0.5, 0.2]
    assert standing({"sessions": 4}) > standing({"sessions": 2})


def test_a_store_without_lessons_has_none(empty_store):
    assert lesson_ids(Store.open(empty_store).snapshot(), ["default"]) == []
    assert kind_of(None) == ""
