import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.language.acts.stance import (
    Stance,
    certainty,
    is_negated,
    restates_user,
    salient,
    stance,
    stated_part,
)

CASES = """
stated      I moved to the coast last year.
stated      You went to Rome, right?
stated      We bought a house, didn't we?
stated      Let's meet at 6 pm on Friday.
stated      I might move to Oslo next year.
stated      My boss told me I got the promotion.
stated      The doctor said I need to rest.
stated      I have two cats.
stated      Love hiking with my kids.
stated      I think my brother lives in Porto.
stated      My dog's name is Rex.
stated      Last month I got hurt and stopped running.
stated      我昨天搬到里斯本了。
stated      Me encanta bailar.
question    Where do you live now?
question    Did you go?
question    How are you doing these days?
question    What kind of music do you like
chatter     Thanks, Jonas!
chatter     Wow, that sounds great!
chatter     Hey Jonas, great to see you!
chatter     Hi Jonas!
chatter     You're so talented.
chatter     I'm so proud of you!
chatter     Take care!
chatter     Looking forward to it!
chatter     Understood.
chatter     Haha, yeah!
chatter     😊
suggestion  You should try the bakery on Main Street.
suggestion  How about a walk?
suggestion  Maybe try yoga.
suggestion  I recommend a second opinion.
suggestion  Let's grab a coffee sometime.
hypothetical If I were rich, I'd buy a boat.
hypothetical I would love to go if I had the time.
hypothetical Imagine living on the moon.
hypothetical What if I quit?
hypothetical I wish I had a dog.
joke        I'm marrying my cat, just kidding!
joke        I won the lottery lol jk
quotation   She said that the shop is closing.
quotation   People say he is rich.
quotation   Rumor has it that they split up.
quotation   He claims the earth is flat.
quotation   "To be or not to be, that is the question."
request     Send me the link.
request     Please write a poem about cats.
request     Can you send me the file?
request     Explain the difference between a map and a set.
request     Let me know how it goes.
"""


@pytest.mark.parametrize(
    ("expected", "sentence"), [line.split(maxsplit=1) for line in CASES.strip().split("\n")]
)
def test_a_sentence_does_what_a_reader_would_say(expected, sentence):
    found = stance(sentence, is_assistant=False)
    # A question about what could be is a question as well.
    assert found == expected or (expected == "hypothetical" and sentence.endswith("?"))


@pytest.mark.parametrize("answer", ["Two cats.", "Play the cello and sing.", "Yes, I do.", "42"])
def test_a_short_answer_to_a_question_is_stated(answer):
    assert stance(answer, is_assistant=False, after_question=True) is Stance.STATED


@pytest.mark.parametrize("answer", ["Yes.", "Hi Jonas!", "Thanks!", "Tell me the next step."])
def test_not_everything_after_a_question_is_an_answer(answer):
    assert stance(answer, is_assistant=False, after_question=True) is not Stance.STATED


def test_a_command_of_an_assistant_is_advice():
    assert stance("Choose fresh food.", is_assistant=True) is Stance.SUGGESTION
    assert stance("Choose fresh food.", is_assistant=False) is Stance.REQUEST


@pytest.mark.parametrize(
    "sentence",
    [
        "I don't eat meat.",
        "I no longer work there.",
        "I never smoked.",
        "It's not true that I quit.",
        "The rumour that I left is false.",
        "When I was young, I didn't swim.",
        "I think I don't like it.",
        "I have no siblings.",
        "I\u2019m not a fan of it.",
    ],
)
def test_a_denied_main_verb_is_negated(sentence):
    assert is_negated(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "I eat fish.",
        "I can't wait to go.",
        "I like places where they don't smoke.",
        "Not only did I win, I set a record.",
        "I couldn't be happier here.",
        "You live there, don't you?",
        "I have a notebook.",
    ],
)
def test_a_negation_elsewhere_or_in_an_idiom_does_not_count(sentence):
    assert not is_negated(sentence)


def test_hedges_come_in_their_order():
    hedged = [
        "I doubt I will go.",
        "Maybe I will go.",
        "I think I will go.",
        "I will probably go.",
        "I will go.",
        "I will definitely go.",
    ]
    levels = [certainty(sentence) for sentence in hedged]
    assert levels == sorted(set(levels))


def test_may_is_a_hedge_and_may_is_a_month():
    assert certainty("I may move in June.") < certainty("I moved in May.")


def test_the_weakest_hedge_counts():
    assert certainty("Maybe I will definitely go.") == certainty("Maybe I will go.")


@pytest.mark.parametrize(
    "sentence",
    [
        "You've decided to take the morning train.",
        "Your goal is to run a marathon by October.",
        "We have finalized the guest list.",
        "I've added the dentist appointment to your tracker.",
        "The booking is confirmed.",
        "The report is on hold.",
        "You prefer aisle seats.",
    ],
)
def test_an_assistant_restates_what_was_settled(sentence):
    assert restates_user(sentence)


@pytest.mark.parametrize(
    "sentence",
    [
        "Would you like to add your address?",
        "If you have decided, tell me.",
        "The liver is the largest inner organ.",
        "Here are five tips for better sleep.",
    ],
)
def test_general_advice_restates_nothing(sentence):
    assert not restates_user(sentence)


@pytest.mark.parametrize(
    ("more", "less"),
    [
        ("I moved to Lisbon in May 2021 with my sister Ana.", "I moved to a new place."),
        ("I have two dogs named Rex and Luna.", "I have a nice view."),
        ("My wife is allergic to peanuts.", "The weather is changing."),
        ("I work as a nurse at the county hospital.", "That was a long walk."),
        ("My birthday is on March 3.", "I like the color."),
        ("The weather is changing.", "Wow, great!"),
        ("I bought a piano.", "Did you buy a piano?"),
        ("You've decided to fly on June 1 at 9 am.", "Sleep is important for health."),
    ],
)
def test_what_lasts_ranks_above_what_does_not(more, less):
    assert salient(more) > salient(less)


@pytest.mark.parametrize(
    "filler", ["", "Wow, great!", "Thanks so much!", "Haha, yeah!!", "Sooo good"]
)
def test_fillers_carry_nothing(filler):
    assert salient(filler) == 0


@given(st.text(max_size=300), st.booleans(), st.booleans())
def test_any_text_gets_a_stance_and_measures_in_range(text, is_assistant, after_question):
    assert isinstance(stance(text, is_assistant, after_question), Stance)
    assert 0 <= salient(text) <= 1
    assert 0 <= certainty(text) <= 1
    assert isinstance(is_negated(text) or restates_user(text), bool)


@pytest.mark.parametrize(
    "unit", ["a ", "I said if ", "you have ", '"', "?", "if i would ", "my a "]
)
def test_long_monotonous_input_is_no_trouble(unit):
    text = unit * (100_000 // len(unit))
    assert stance(text, is_assistant=False) in Stance
    assert 0 <= salient(text) <= 1
    assert 0 <= certainty(text) <= 1
    assert is_negated(text) in (True, False)
    assert restates_user(text) in (True, False)


@pytest.mark.parametrize(
    ("sentence", "part"),
    [
        ("I love olives now, can you imagine?", "I love olives now."),
        ("It rained all week, didn't it?", "It rained all week."),
        ("I moved to Ronda in May, have you been there?", "I moved to Ronda in May."),
        ("I moved to Ronda in May.", "I moved to Ronda in May."),
        ("Have you been to Ronda?", "Have you been to Ronda?"),
        ("", ""),
    ],
)
def test_a_question_that_only_follows_is_no_part_of_the_statement(sentence, part):
    assert stated_part(sentence) == part


@given(st.text())
def test_the_stated_part_begins_the_sentence(sentence):
    part = stated_part(sentence)
    assert part == sentence or sentence.startswith(part.removesuffix("."))
