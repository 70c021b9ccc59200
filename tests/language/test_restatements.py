import pytest

from memcli.language.restatements import asks_what_holds, is_plain_assertion


@pytest.mark.parametrize(
    "question",
    [
        "Who is Ada's dentist?",
        "Who\u2019s my dentist?",
        "Where does Ada live?",
        "Which firm pays Ada's salary?",
        "Who looks after Ada's teeth?",
        "What car do I have?",
        "In which place would I visit Ada?",
        "What should I pour for Ada?",
    ],
)
def test_one_thing_is_asked_for_that_holds_now(question):
    assert asks_what_holds(question)


@pytest.mark.parametrize(
    "question",
    [
        "Who was Ada's dentist?",
        "Where did Ada live before?",
        "What pets does Ada keep?",
        "What are Ada's hobbies?",
        "What has Ada painted?",
        "How old is Ada?",
        "When does Ada's train leave?",
        "Does Ada live in Leeds?",
        "I moved to Leeds.",
        "What is the reason that Ada gives whenever she tells Ben that she is off to Leeds?",
    ],
)
def test_something_else_is_asked_for(question):
    assert not asks_what_holds(question)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("My dentist is Dr. Kern now.", True),
        ("I changed dentists, it is Dr Kern now.", True),
        ("We have our home in Leeds", True),
        ("Who is your dentist? I need one.", False),
        ("I love it!", False),
        ("The rain has not let up since Tuesday.", False),
        ("I went home. It was late when I came.", False),
        (" ".join(["I", *["walk"] * 16]), False),
        ("", False),
    ],
)
def test_a_plain_assertion_is_one_sentence_of_oneself(text, is_one):
    assert is_plain_assertion(text, len(text.split())) is is_one
