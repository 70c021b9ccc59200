import pytest

from memcli.language.asked_role import asks_of_assistant


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How did you recommend to store the apples?", True),
        ("What did you say about the ferry?", True),
        ("What was your advice on the mortgage?", True),
        ("Which steps did you list for the shed?", True),
        ("What did the assistant suggest for Sunday?", True),
        ("What did I tell you about my knee?", False),
        ("Can you recommend a film?", False),
        ("When did Mara tell Bram of the boat?", False),
        ("Where do I live?", False),
        ("What do you know about me?", False),
    ],
)
def test_what_an_assistant_said_is_asked_for_by_name_and_a_verb_of_saying(question, expected):
    assert asks_of_assistant(question) is expected
