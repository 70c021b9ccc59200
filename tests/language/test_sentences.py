import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.language.sentences import MAX_CHARS, split_sentences

MARKUP = st.text(alphabet=st.sampled_from("aB1 .!?*_`#->|\n\"'()[]…。😊,;é漢"), max_size=200)


def texts(text):
    return [sentence.text for sentence in split_sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("I moved. It rained!", ["I moved.", "It rained!"]),
        ("Dr. Novak met Mrs. Okoro.", ["Dr. Novak met Mrs. Okoro."]),
        ("It cost $3.50. I paid.", ["It cost $3.50.", "I paid."]),
        ("J. R. Hartley wrote it. I read it.", ["J. R. Hartley wrote it.", "I read it."]),
        ("Well... maybe later.", ["Well... maybe later."]),
        ("We left at 5 p.m. The bus was late.", ["We left at 5 p.m.", "The bus was late."]),
        ("We left at 5 p.m. on Monday.", ["We left at 5 p.m. on Monday."]),
        ("See https://a.example/b.html?x=1. Nice.", ["See https://a.example/b.html?x=1.", "Nice."]),
        ("Write to ana@mail.example. Soon.", ["Write to ana@mail.example.", "Soon."]),
        ("I use e.g. a drill. Done.", ["I use e.g. a drill.", "Done."]),
        ("i have a dog. it is old.", ["i have a dog.", "it is old."]),
        ('"Really?" she asked. I nodded.', ['"Really?" she asked.', "I nodded."]),
        ("I love it 😊 See you!", ["I love it 😊", "See you!"]),
        ("Great! 🎉 I am in.", ["Great! 🎉", "I am in."]),
        ("我搬家了。天气很好。真的。", ["我搬家了。", "天气很好。", "真的。"]),
        ("Wow!!! No way?!", ["Wow!!!", "No way?!"]),
        ("anna\nbert", ["anna", "bert"]),
        ("one **bold** and *soft* [link](http://x.example)", ["one bold and soft link"]),
        ("snake_case and 2 * 3 * 4", ["snake_case and 2 * 3 * 4"]),
    ],
)
def test_text_is_parted_where_a_reader_would_part_it(text, expected):
    assert texts(text) == expected


def test_every_kind_of_block_is_told_apart():
    text = "# Plan\nHello there.\n- milk\n2. eggs\n> she wrote\n```py\na = 1\n```\n**Notes**\n---"
    kinds = [(s.kind, s.text) for s in split_sentences(text)]
    assert kinds == [
        ("heading", "Plan"),
        ("prose", "Hello there."),
        ("item", "milk"),
        ("item", "eggs"),
        ("quote", "she wrote"),
        ("code", "```py\na = 1\n```"),
        ("heading", "Notes"),
    ]


def test_a_fence_that_is_never_closed_reaches_the_end():
    assert [s.kind for s in split_sentences("Look.\n```\nx = 1. y\n")] == ["prose", "code"]


def test_a_line_that_a_margin_broke_is_joined():
    text = "I went to the market this morning to buy bread\nand came home with a plant."
    assert len(split_sentences(text)) == 1


def test_a_line_that_its_writer_ended_is_not_joined():
    assert texts("I went home\nand slept") == ["I went home", "and slept"]


def test_a_run_without_a_stop_is_cut_at_spaces():
    found = split_sentences("word " * 1000)
    assert all(len(s.text) <= MAX_CHARS for s in found)
    assert " ".join(s.text for s in found).split() == ["word"] * 1000


@pytest.mark.parametrize("unit", ["a", ". ", "**", "[", "_a", "🎉", ".", "I.", "`", "> ", '"a. '])
def test_long_monotonous_input_is_no_trouble(unit):
    text = unit * (100_000 // len(unit))
    for sentence in split_sentences(text):
        assert sentence.end <= len(text)


@given(st.one_of(st.text(max_size=200), MARKUP))
def test_spans_lie_in_the_text_in_order(text):
    here = 0
    for sentence in split_sentences(text):
        assert here <= sentence.start < sentence.end <= len(text)
        assert sentence.text
        here = sentence.end


@given(MARKUP)
def test_prose_has_single_spaces_only(text):
    for sentence in split_sentences(text):
        if sentence.kind != "code":
            assert sentence.text == " ".join(sentence.text.split())
