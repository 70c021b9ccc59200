import pytest

from memcli.ingestion.transcripts.markdown import find_markdown_mark
from memcli.ingestion.transcripts.marks import find_mark
from memcli.ingestion.transcripts.style import Fence, choose_style, is_text, sample


def test_a_transcript_with_times_has_turns_with_times_only():
    style = choose_style(["[09:12] Mara: Hi.", "Jonas: no turn"], find_mark)
    assert style.markers == {"stamp", "nick"}


@pytest.mark.parametrize(
    "lines",
    [
        ["We met. It was late.", "", "Mara: she was there.", "", "We left.", "", "It rained."],
        ["Decision: we deploy on Friday.", "It was close.", "", "Jonas will do it."],
        ["TODO: paint", "", "Note: blue"],
    ],
)
def test_prose_with_a_few_colons_is_notes(lines):
    assert not choose_style(lines, find_mark).markers


def test_who_speaks_is_open_between_people_and_closed_with_a_model():
    people = choose_style(["Mara: a", "Jonas: b", "Mara: c"], find_mark)
    model = choose_style(["User: a", "Assistant: b", "Answer: c", "User: d"], find_mark)
    assert people.begins_turn(find_mark("Ilse: late"))
    assert not model.begins_turn(find_mark("Answer: c"))
    assert model.begins_turn(find_mark("Assistant: b"))


def test_lists_and_sections_need_a_name_that_comes_back_in_one_section():
    diary = ["# 2025-01-11", "- Mood: good", "# 2025-01-12", "- Mood: bad"]
    talk = ["# 2025-01-11", "- Mara: Hi.", "- Jonas: Yo.", "- Mara: Bye."]
    assert not choose_style(diary, find_markdown_mark).markers
    assert choose_style(talk, find_markdown_mark).markers == {"list"}


def test_the_order_of_day_and_month_is_settled_by_the_first_part():
    def day_first(*dates):
        return choose_style([f"[{date}, 09:12] M: x" for date in dates], find_mark).day_first

    assert day_first("01/02/2025")
    assert not day_first("01/02/2025", "01/13/2025")
    assert day_first("01/02/2025", "13/01/2025")


def test_code_is_covered_from_fence_to_fence():
    fence = Fence()
    lines = ["a", "```", "b", "```", "c"]
    assert [fence.covers(line) for line in lines] == [False, True, True, True, False]


def test_text_is_half_letters():
    assert is_text(["Paint: 20 euro."])
    assert is_text([])
    assert not is_text(["1;2;3"])


def test_a_sample_leaves_the_source_whole(source):
    data = b"\xef\xbb\xbfone\r\ntwo\n" + b"x" * 400_000
    lines, whole = sample(source(data, 1000))
    assert lines == ["one", "two"]
    assert whole.stream.read() == data
