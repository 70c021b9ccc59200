import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.language.secrets.looks import level_of, score_of, signs_of, total_weight


@pytest.mark.parametrize(
    "value",
    ["Marlowe!77kite", "Dune-Hopper8", "gravyb0at_Sunday", "Capivara#zen", "iH8mondays&rain"],
)
def test_what_people_choose_looks_like_a_password(value):
    assert level_of(value) in ("strange", "unusual")


@pytest.mark.parametrize(
    "value",
    [
        "yesterday",
        "well-known",
        "main.py",
        "v2.14.0-rc.3",
        "9f3c2ab71de04458c1b6e7702d95aa31",
        "550e8400-e29b-41d4-a716-446655440000",
        "3c:22:fb:9a:10:4e",
        "mara@laptop",
        "api-7d9f8b6c5-x2k4q",
        "debug=True",
        "DW60-M9550FS",
        "x" * 40 + "7!",
    ],
)
def test_words_names_and_what_machines_give_out_do_not(value):
    assert level_of(value) in (None, "possible")


def test_more_kinds_of_characters_look_more_like_one():
    values = ["otter", "otter7", "Otter-lamp7", "Otter!lamp77"]
    scores = [score_of(value) for value in values]
    assert scores == sorted(scores)
    assert {"sign_within", "four_kinds", "digit_within"} > signs_of(values[-1]) & {"four_kinds"}


@given(st.permutations(["a", "b", "c", "d", "e"]))
def test_what_signs_weigh_together_does_not_depend_on_their_order(names):
    weights = {"a": 0.1, "b": 0.7, "c": -1.3, "d": 0.2, "e": -0.3}
    assert total_weight(weights, [*names, "unknown"]) == -0.6
