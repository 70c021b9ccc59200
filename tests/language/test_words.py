import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.language.words import (
    compared_words,
    echoed,
    lexical_query,
    name_words,
    speaker_match,
)


@pytest.mark.parametrize(
    ("query", "speaker", "expected"),
    [
        ("When did Caroline paint?", "Caroline", 1.0),
        ("What is caroline's job?", "Caroline", 1.0),
        ("When did Carol paint?", "Caroline", 0.0),
        ("When did Caroline paint?", "Carol", 0.0),
        ("What did Wolfgang cook?", "WolfgangSchulz", 1.0),
        ("Where does Li Hua live?", "LiHua", 1.0),
        ("where does lihua live", "LiHua", 1.0),
        ("What is Anna's plan S?", "Sam S", 0.0),
        ("李华住在哪里?", "李华", 1.0),
        ("王明住在哪里?", "李华", 0.0),
        ("李华住在哪里?", "李华(同学)", 1.0),
        ("Que dit Éloïse ?", "éloïse", 1.0),
        ("anything", "", 0.0),
    ],
)
def test_a_speaker_matches_when_the_query_names_them(query, speaker, expected):
    assert speaker_match(query, [speaker]).tolist() == [expected]


def test_an_echo_has_the_words_that_were_heard():
    heard = "We planted Tulips by the shed."
    assert echoed("Tulips by the shed!", heard) == 1
    assert echoed("Tulips and roses", heard) == 0.5
    assert echoed("It was", heard) == echoed("Tulips", "") == 0


def test_speakers_are_matched_row_by_row():
    assert speaker_match("Did Jon call?", ["Jon", "Gina", "Jon"]).tolist() == [1.0, 0.0, 1.0]
    assert speaker_match("Did Jon call?", []).tolist() == []


def test_joined_names_are_found_whole_and_in_parts():
    assert name_words("Li Hua") == ["li", "hua"]
    assert name_words("ChaeSong-hwa") == ["chae", "song", "hwa", "chaesong"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("When did Mel go to the race?", "Mel go race"),
        ("Where does she live in the US?", "live US"),
        ("Does IT like vitamin D in May?", "IT like vitamin D May"),
        ("Who are you?", "Who are you?"),
        ("李华 what 工作", "李华 工作"),
        ("", ""),
    ],
)
def test_function_words_are_not_looked_up(query, expected):
    assert lexical_query(query) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("When did Mel GO? Race!", ["when", "did", "mel", "go", "race"]),
        ("李华 works", ["李", "华", "works"]),
        ("Straße, 25 km", ["strasse", "25", "km"]),
        ("", []),
    ],
)
def test_words_are_compared_in_lower_case(text, expected):
    assert compared_words(text) == expected


@given(st.text(max_size=60))
def test_the_words_of_any_text_are_words_again(text):
    words = compared_words(text)
    assert compared_words(" ".join(words)) == words
