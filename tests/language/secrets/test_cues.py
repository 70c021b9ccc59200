"""Words beside secrets, by class, in all languages at once."""

from memcli.language.secrets.cues import (
    classes_between,
    classes_in,
    classes_of,
    cues_in,
    digits_of,
    languages,
)


def test_a_word_is_known_whole_by_its_beginning_and_by_its_end():
    assert "lock" in classes_of("door")
    assert "password" in classes_of("паролем")
    assert "lock" in classes_of("kellertür")
    assert classes_of("doorbellish") == frozenset()


def test_parts_that_an_apostrophe_or_a_hyphen_joins_count():
    assert "lock" in classes_of("l'alarme")
    assert "net" in classes_of("wlan-router")


def test_a_phrase_counts_where_its_words_stand_behind_each_other():
    assert "sign" in classes_between("log in with that")
    assert "sign" not in classes_between("the log is in there")


def test_where_words_are_not_spelled_apart_all_are_looked_for():
    assert {"password", "change"} <= classes_between("我的密码改成了")


def test_cues_have_their_places():
    [cue] = [c for c in cues_in("the padlock", 10) if "keypad" in c.classes]
    assert (cue.start, cue.end) == (14, 21)


def test_the_classes_of_a_long_text_are_those_of_its_words():
    assert classes_in("the shop " * 10_000) == classes_in("the shop")
    assert "lock" in classes_in("the shop " * 10_000 + "gate")


def test_there_are_sixteen_languages_and_each_has_its_digits():
    assert len(languages()) >= 16
    assert all(len(digits_of(language)) >= 10 for language in languages())
