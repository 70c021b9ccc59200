import pytest

from memcli.language.asked_attributes import asked_attributes, named_subjects
from memcli.language.data import read_data


@pytest.mark.parametrize(
    ("question", "attribute"),
    [
        ("where does Mara live?", "residence"),
        ("In which city does Mara live?", "residence"),
        ("And where is Bram from?", "origin"),
        ("what is Jonas majoring in", "education"),
        ("What does Mara do for a living?", "occupation"),
        ("Where do I work?", "employer"),
        ("How old is Bram?", "age"),
        ("When is Bram's birthday?", "birthday"),
        ("Who is Mara's brother?", "brother"),
        ("What is my sister's name?", "sister"),
        ("What pets does Jonas have?", "pet"),
        ("Is Bram vegetarian?", "diet"),
    ],
)
def test_a_question_asks_for_an_attribute_in_the_words_of_its_rule(question, attribute):
    assert attribute in asked_attributes(question)


@pytest.mark.parametrize(
    "question",
    [
        "where did Mara see the live show?",
        "Where did Bram get the boots from?",
        "Where does Mara work out?",
        "What does Mara do on Sundays?",
        "Who came to Mara's brother's party?",
        "What happened to the boat?",
        "When did Mara move to the mill, and who helped her with the boxes and the piano?",
        "live",
        "",
    ],
)
def test_what_is_asked_about_something_else_asks_for_no_attribute(question):
    assert not asked_attributes(question)


def test_every_rule_has_words_attributes_and_an_opening():
    for rule in read_data("asked_attributes")["asked"]:
        assert set(rule) <= {"opens", "words", "with", "not", "attributes"}
        assert all(rule[key] for key in ("opens", "words", "attributes"))


def test_subjects_are_named_by_their_name_their_first_name_or_by_who_asks():
    subjects = ["Mara Lind", "Bram", "the user", "the user's boss"]
    assert named_subjects(subjects, "where does Mara live?") == {"Mara Lind"}
    assert named_subjects(subjects, "where do I live?") == {"the user"}
