import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.language.messages import MOST_ASKED, cut_question, is_message

QUESTIONS = (
    "question",
    "When did Ana move?",
    "How long has Ana lived there?",
    "In which year was Ana born?",
    "Which songs did Ana play?",
    "What instruments does Ana play?",
    "What are Ana's hobbies?",
    "Who were the guests?",
    "What has Ana painted?",
    "Where have they been?",
    "How many cats does Tom have?",
    "How many cards are in my gallery made with Bootstrap 5.3.0?",
    "Name all the cities that we saw.",
    "What else did the doctor say?",
    "Where do both like to eat?",
    "What do Ana and Tom have in common?",
    "Did Ana call before she left the house?",
    "Is Tom older than Ana?",
    "Does Ana like tea?",
    "Isn't the door blue?",
    "Where does Ana live?",
    "Why did the shop close?",
    "What kind of books does Ana read?",
    "Which song helps Ana sleep?",
    "What makes Tom proud?",
    "What bus was late?",
    "ana's cat",
    "where did we decide to deploy?",
    "What did I tell my doctor about my knee?",
    "Remind me what my landlord wants.",
    "Can you tell me where I parked?",
)
MESSAGES = (
    "I want to learn the piano.",
    "Help me plan the garden",
    "Let's go on with the garden.",
    "Please write the letter to the landlord.",
    "Can you suggest a wine for tonight?",
    "What should I cook for my aunt?",
    "Any ideas for a present?",
    "My knee hurts again. What was that exercise?",
    "Thanks, the plan is good. Now I need the list.",
)


@pytest.mark.parametrize("text", QUESTIONS)
def test_a_question_to_a_memory_is_no_message(text):
    assert not is_message(text)


@pytest.mark.parametrize("text", MESSAGES)
def test_what_is_told_or_asks_for_help_is_a_message(text):
    assert is_message(text)


@given(st.text(max_size=200))
def test_any_text_is_one_or_the_other(text):
    assert is_message(text) in (True, False)


def test_a_question_is_cut_where_nobody_would_ask_on():
    assert cut_question("where is the boat?") == "where is the boat?"
    assert len(cut_question("boat " * 1_000_000)) == MOST_ASKED
