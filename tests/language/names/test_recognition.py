import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.language.names.recognition import canonical, find_entities, is_nationality, is_place
from tests.support.growth import assert_grows_with_its_input


def found(text, known=()):
    return [(entity.name, entity.type) for entity in find_entities(text, known)]


@pytest.mark.parametrize(
    ("text", "entities"),
    [
        ("I went to Lisbon with my sister Zola.", [("Lisbon", "place"), ("Zola", "person")]),
        ("We met Dr. Okafor in Porto", [("Okafor", "person"), ("Porto", "place")]),
        ("She worked at Zorblax last year", [("Zorblax", "organization")]),
        ("They signed with Zorblax Inc", [("Zorblax Inc", "organization")]),
        ("I studied at the University of Porto", [("University of Porto", "organization")]),
        ("we live near Maple Street", [("Maple Street", "place")]),
        ("I just read \"The Silent Orchard\"", [("The Silent Orchard", "work")]),
        ("the Harbour Festival was fun", [("Harbour Festival", "event")]),
        ("I learn French", [("French", "other")]),
        ("I talked to Ludo van der Berg", [("Ludo van der Berg", "person")]),
        ("my phone is a zPhone 9 now", [("zPhone 9", "product")]),
        ("I applied to the ESRQ", [("ESRQ", "other")]),
        ("Hey Zola! How are you?", [("Zola", "person")]),
        ("Zola said it rains", [("Zola", "person")]),
        ("we moved to New York City", [("New York City", "place")]),
    ],
)  # fmt: skip
def test_a_name_is_found_with_its_type(text, entities):
    assert found(text) == entities


@pytest.mark.parametrize(
    "text",
    [
        "",
        "I think so. Yes! Hiking is fun.",
        "On Monday in March we rest.",
        "I REALLY LOVE this SO MUCH",
        "OMG LOL that is WOW",
        "## Project Planning And Review Notes",
        "Sounds good! Everything is fine, Thanks",
        "我住在里斯本",
        "all in lower case, lisbon too",
        "Music is life. Work is hard.",
    ],
)
def test_capitals_that_mean_nothing_give_no_name(text):
    assert found(text) == []


def test_a_known_speaker_is_found_at_the_start_too():
    assert found("Zola is here", ["Zola"]) == [("Zola", "person")]
    assert found("我和李华一起", ["李华"]) == [("李华", "person")]


def test_a_name_that_comes_again_inside_counts_at_the_start_too():
    assert ("Zorblax", "other") in found("Zorblax is down. I hope Zorblax comes back.")


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("Zola's", "Zola"),
        ("zola", "Zola"),
        ("Dr. Okafor", "Okafor"),
        ("FREDERICA", "Frederica"),
        ("NASA", "NASA"),
        ("  Zola   Okafor, ", "Zola Okafor"),
        ("Ludo van der Berg", "Ludo van der Berg"),
        ("", ""),
    ],
)
def test_variants_of_a_name_have_one_form(name, form):
    assert canonical(name) == form


@given(st.text())
def test_the_canonical_form_is_stable(name):
    assert canonical(canonical(name)) == canonical(name)


@given(st.text(), st.lists(st.text(), max_size=3))
def test_any_text_gives_canonical_names_each_once(text, known):
    names = [entity.name for entity in find_entities(text, known)]
    assert len(set(names)) == len(names)


def test_places_and_nationalities_are_told_by_list_or_form():
    assert is_place("Lisbon")
    assert is_place("Crystal Lake")
    assert not is_place("Zola")
    assert is_nationality("Swedish")
    assert not is_nationality("Zola")


@pytest.mark.parametrize("unit", ["A ", "Ana ", "A", "a. ", "Ana.", "de ", '"', "A\n", "Ana de "])
def test_time_grows_with_the_length_of_the_input(unit):
    assert_grows_with_its_input(find_entities, unit)
