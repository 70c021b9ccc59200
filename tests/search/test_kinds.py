import numpy as np
import pyarrow as pa
import pytest

from memcli.search.kinds import Kinds

CHAT = [("user", None), ("assistant", None), ("Mara", None), ("Bram", None)]
NAMED = [("Jo", '{"role": "user"}'), ("Ada", '{"role": "assistant"}'), ("Mara", None)]


def kinds(turns, session):
    speakers, extra = zip(*turns, strict=True)
    levels = np.zeros(len(turns), np.int8)
    rows = pa.table(
        {
            "speaker": pa.array(speakers, pa.string()),
            "extra": pa.array(extra, pa.string()),
            "level": levels,
        }
    )
    return Kinds.of(rows, np.array(session))


@pytest.mark.parametrize(
    ("turns", "session", "assistant", "assisted"),
    [
        (CHAT, [0, 0, 1, 1], [0, 1, 0, 0], [1, 1, 0, 0]),
        (NAMED, [4, 4, 5], [0, 1, 0], [1, 1, 0]),
        (CHAT, [-1, -1, -1, -1], [0, 1, 0, 0], [0, 1, 0, 0]),
    ],
)
def test_a_conversation_is_with_an_assistant_where_one_of_its_turns_is_one_s(
    turns, session, assistant, assisted
):
    found = kinds(turns, session)
    assert found.assistant.astype(int).tolist() == assistant
    assert found.assisted.astype(int).tolist() == assisted


def test_the_other_role_is_the_assistant_s_unless_that_is_asked_about():
    found = kinds(CHAT, [0, 0, 1, 1])
    assert found.others(False).tolist() == [False, True, False, False]
    assert found.others(True).tolist() == [True, False, False, False]


def test_among_people_nobody_has_another_role():
    assert kinds(CHAT[2:], [0, 0]).others(False) is None


@pytest.mark.parametrize(
    ("turns", "session", "records", "said"),
    [
        (CHAT, [0, 0, 1, 2], [0, 0, 1, 1], [1, 1, 1, 1]),
        ([("Mara", None), ("Mara", None), (None, None)], [3, 3, 4], [1, 1, 1], [1, 1, 0]),
        (CHAT, [0, 0, -1, -1], [0, 0, 1, 1], [1, 1, 1, 1]),
    ],
)
def test_where_nobody_takes_turns_there_are_records(turns, session, records, said):
    found = kinds(turns, session)
    assert found.records.astype(int).tolist() == records
    assert found.said.astype(int).tolist() == said
