import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.language.grounding import ungrounded
from tests.support.growth import assert_grows_with_its_input

SOURCE = (
    "I moved to Lisbon with Ana on May 3rd, 2024. We have three cats and 1,250 books; rent is 12.5%"
    " more. Twenty-five people came, NASA's Dr. O'Neil too."
)
DERIVED = ["Mara", "2024-05-03", "Tuesday"]
WORDS = SOURCE.split()


@pytest.mark.parametrize(
    "statement",
    [
        "Mara moved to Lisbon on 3 May 2024",
        "Mara has 3 cats and 1250 books",
        "MARA's cats live in LISBON",
        "25 people came",
        "Twenty five people came to Mara's place",
        "On 2024-05-03 Mara moved",
        "Last Tues Mara met O'Neil",
        "The user's rent is 12.5 percent more",
        "However, one of the cats is Ana\u2019s",
        "Moving was hard for Mara",
        "",
        "我搬到了里斯本",
    ],
)
def test_what_the_sources_or_derived_words_say_is_grounded(statement):
    assert ungrounded(statement, [SOURCE], DERIVED) == []


@pytest.mark.parametrize(
    ("statement", "missing"),
    [
        ("Mara moved to Porto", ["Porto"]),
        ("Zorblax moved to Lisbon", ["Zorblax"]),
        ("Mara has four cats", ["four"]),
        ("Mara has 13 cats", ["13"]),
        ("thirty-five people came", ["thirty-five"]),
        ("two hundred and one thing", ["two hundred"]),
        ("Mara moved in June", ["June"]),
        ("Mara moved on Monday, 4 May 2024", ["Monday", "4"]),
        ("Mara's sister Bela met ESA's Ana in Rome", ["Bela", "ESA", "Rome"]),
        ("rent is 12.6% more", ["12.6"]),
    ],
)
def test_a_name_number_or_date_of_no_source_is_named(statement, missing):
    assert ungrounded(statement, [SOURCE], DERIVED) == missing


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("We flew to the US.", "Ana flew to the United States."),
        ("We live in New York City.", "Ana lives in NYC."),
        ("It was $5.", "It was 5 USD."),
        ("two golden retrievers", "Ana has a Golden Retriever."),
        ("our wifi is down", "The Wi-Fi of Ana is down."),
        ("the e-mail", "An Email came."),
        ("in Malmo", "Ana is in Malm\u00f6."),
        ("I work in artificial intelligence", "Ana works in AI."),
        ("I work in AI", "Ana works in Artificial Intelligence."),
        ("running helps me", "1. Running helps. Exercise: Walking helps."),
    ],
)
def test_equal_forms_are_grounded(said, told):
    assert ungrounded(told, [said], ["Ana", "exercise walking", "1"]) == []


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("tell us of it", "Ana is in the United States."),
        ("We flew to the US.", "Ana flew to the United Kingdom."),
        ("It was $5.", "It was 5 EUR."),
        ("the international union", "Ana is in UN."),
        ("James came", "Jam came, with Jamie."),
    ],
)
def test_what_only_looks_alike_is_not(said, told):
    assert ungrounded(told, [said], ["Ana"]) != []


def test_a_name_that_is_meant_by_a_word_of_the_source_is_grounded():
    meant = {"nora": {"sister"}}
    assert ungrounded("Nora came", ["My sister came"], (), meant) == []
    assert ungrounded("Nora came", ["My cousin came"], (), meant) == ["Nora"]


def test_several_sources_count_together():
    assert ungrounded("Ana met Bo 7 times", ["Ana was here", "seven of us and Bo"]) == []


def test_part_of_a_longer_word_or_number_is_no_source():
    assert ungrounded("Ann", ["Anna came"]) == ["Ann"]
    assert ungrounded("25", ["it cost 125 euros"]) == ["25"]


pieces = st.tuples(st.integers(0, len(WORDS) - 1), st.integers(1, 12)).map(
    lambda cut: " ".join(WORDS[cut[0] : cut[0] + cut[1]])
)


@given(pieces)
def test_any_piece_of_a_source_is_grounded(piece):
    assert ungrounded(piece, [SOURCE]) == []


@given(st.lists(st.text(min_size=1).filter(str.strip), min_size=1, max_size=6), st.data())
def test_any_run_of_words_of_any_text_is_grounded(words, data):
    words = " ".join(words).split(" ")
    begin = data.draw(st.integers(0, len(words) - 1))
    assert ungrounded(" ".join(words[begin : begin + 3]), [" ".join(words)]) == []


@given(pieces, st.sampled_from(["Zorblax", "Quim", "4711", "seventeen"]), st.booleans())
def test_a_foreign_name_or_number_next_to_a_piece_is_found(piece, foreign, before):
    statement = f"{foreign}, {piece}" if before else f"{piece}, {foreign}"
    assert foreign in ungrounded(statement, [SOURCE])


@given(st.text(), st.lists(st.text(), max_size=3), st.lists(st.text(), max_size=3))
def test_any_text_is_judged_without_error(statement, sources, derived):
    assert all(isinstance(name, str) for name in ungrounded(statement, sources, derived))


@pytest.mark.parametrize("unit", ["two ", "Ana ", "1,", "12.", "a", "2024-01-"])
def test_time_grows_with_the_length_of_the_input(unit):
    assert_grows_with_its_input(lambda text: ungrounded(text, [unit * 1000, "x"]), unit)
