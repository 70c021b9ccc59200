import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memcli.ingestion.transcripts.markdown import find_markdown_mark, read_markdown

JAN11 = "2025-01-11T00:00:00Z"
MAY8 = "2023-05-08T00:00:00Z"


def test_a_conversation_with_front_matter_comments_quotes_and_rules(read):
    boat = {"namespace": "home", "metadata": {"heading": "Boat"}}
    assert read("conversation.md") == [
        {
            "content": "Hi.\nMore.\n\n- a list\n- Key: value",
            "name": "Mara", "timestamp": JAN11, "session_id": "boat", **boat,
        },
        {
            "content": "Yes indeed.",
            "name": "Jonas", "timestamp": JAN11, "session_id": "boat", **boat,
        },
        {
            "content": "A quoted turn\ngoes on.",
            "name": "Mara", "timestamp": MAY8, "session_id": "boat/2023-05-08", **boat,
        },
        {
            "content": "Bye.",
            "name": "Jonas", "timestamp": MAY8, "session_id": "boat/2023-05-08", **boat,
        },
    ]  # fmt: skip


def test_notes_give_their_blocks_with_the_path_of_headings(read):
    assert [(item["content"], item["metadata"]["heading"]) for item in read("garden.md")] == [
        ("Prose about garden.\nSecond line.", "Garden"),
        ("tomato: red", "Garden / Plants"),
        ("basil", "Garden / Plants"),
        ("```\n# not a heading\n\ncode\n```", "Garden / Plants"),
        ("Planted seeds.", "Garden"),
        ("Watered.", "Garden / Evening of 2 March 2025"),
    ]
    assert [item["session_id"] for item in read("garden.md")][3:] == [
        "garden", "garden/2025-03-01", "garden/2025-03-01",
    ]  # fmt: skip


def test_a_diary_with_the_same_headings_each_day_is_notes(read):
    items = read("diary.md")
    assert not any("name" in item for item in items)
    assert [item["timestamp"][:10] for item in items] == ["2025-01-11"] * 3 + ["2025-01-12"] * 3
    assert items[1]["content"] == "Mood: good"


def test_headings_of_speakers_begin_turns_and_deeper_ones_are_said(read):
    items = read("assistant.md")
    assert [item["role"] for item in items] == ["user", "assistant", "user"]
    assert items[1]["name"] == "ChatGPT"
    assert items[1]["content"] == "## Steps\n1. do\n**Note:** x\n**Pros:** y"


@pytest.mark.parametrize(
    ("line", "marker"),
    [
        ("**Mara:** Hi.", "bold"),
        ("**Mara**: Hi.", "bold"),
        ("__Mara:__ Hi.", "bold"),
        ("- **Mara:** Hi.", "bold"),
        ("> **Mara:** Hi.", "bold"),
        ("- Mara: Hi.", "list"),
        ("* Mara: Hi.", "list"),
        ("> Mara: Hi.", "quote"),
        ("Mara: Hi.", "plain"),
        ("[09:12] Mara: Hi.", "stamp"),
    ],
)
def test_lines_that_begin_a_turn(line, marker):
    assert find_markdown_mark(line)[:3] == (marker, "Mara", "Hi.")


def test_a_heading_can_be_a_name():
    assert find_markdown_mark("### Mara") == ("h3", "Mara", "", None)
    assert find_markdown_mark("#### You said:") == ("h4", "You", "", None)
    assert find_markdown_mark("### The plan for June and July") is None


@pytest.mark.parametrize("line", ["**Note:** Hi.", "- [ ] Mara: Hi.", "**bold** text: x", "#Mara"])
def test_lines_that_begin_none(line):
    assert find_markdown_mark(line) is None


def test_sections_above_turns_end_them(read_text_of):
    text = "## A\n\n**Mara:** x\n\n### said\n\n## B\n\n**Jonas:** y\n"
    items = read_text_of(read_markdown, text)
    assert [(item["content"], item["metadata"]["heading"]) for item in items] == [
        ("x\n\n### said", "A"),
        ("y", "B"),
    ]


def test_front_matter_that_does_not_end_is_text(read_text_of):
    items = read_text_of(read_markdown, "---\nsession: boat\n\nWe sail.")
    assert [(item["content"], item["session_id"]) for item in items] == [
        ("session: boat", "chat"),
        ("We sail.", "chat"),
    ]


def test_a_bad_date_in_front_matter_is_told(read_with):
    for text in ("Text.", "**Mara:** a\n\n**Jonas:** b\n"):
        found = read_with(read_markdown, f"---\ndate: soon\n---\n{text}")
        assert found.turns("timestamp")[0] == (None,)
        assert found.intake.summary() == [
            "not read: `date`, which is no readable time; first in in"
        ]


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("a <!-- b --> c", ["a  c"]),
        ("a <!-- b\n\nc\n--> d", ["a \n d"]),
        ("<!-- a --><!-- b -->\n\nc", ["c"]),
        ("`<!--` x\n-->\n\nc", ["`", "c"]),
    ],
)
def test_comments_are_left_out(read_text_of, text, content):
    assert [item["content"] for item in read_text_of(read_markdown, text)] == content


NAMES = st.sampled_from(["Mara", "Jonas", "Mara Lindqvist"])
TEXT = st.text(st.characters(categories=["Ll"], include_characters=" .!"), min_size=1)
CONTENT = st.lists(TEXT.map(lambda text: f"so {text}".strip()), min_size=1, max_size=3)


@settings(deadline=None)
@given(
    st.lists(st.tuples(NAMES, CONTENT.map("\n\n".join)), min_size=2, max_size=6),
    st.sampled_from(["**{}:** {}", "**{}**: {}", "{}: {}"]),
    st.integers(1, 60),
)
def test_rendered_turns_are_read_back_whatever_the_pieces(source, shorten, said, form, step):
    text = "\n\n".join(form.format(name, content) for name, content in said)
    items = [shorten(item) for item in read_markdown(source(text.encode(), step))]
    assert [(item["name"], item["content"]) for item in items] == said


@settings(deadline=None)
@given(st.text(st.sampled_from(list("MJ:*->#<! \n91-a`_")), max_size=80), st.integers(1, 50))
def test_any_text_is_items_whatever_the_pieces(source, shorten, text, step):
    data = text.encode()
    pieces = [shorten(item) for item in read_markdown(source(data, step))]
    assert pieces == [shorten(item) for item in read_markdown(source(data))]


def test_a_picture_belongs_to_the_turn_that_it_stands_in(read_with):
    found = read_with(read_markdown, "**Ida:** look ![leak](a.jpg)\n\n**Ben:** oh `![x](b)`\n")
    assert found.turns("name", "content", "attachments") == [
        ("Ida", "look", [{"path": "a.jpg", "alt": "leak"}]), ("Ben", "oh `![x](b)`", None),
    ]  # fmt: skip
