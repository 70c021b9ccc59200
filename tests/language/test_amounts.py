import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.language.amounts import amounts
from memcli.language.data import read_data
from tests.support.growth import assert_grows_with_its_input


def bears_out(said, told):
    says = {key for amount in amounts(said) for key in amount.says}
    return all(not amount.needs or amount.needs & says for amount in amounts(told))


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("at 3pm", "at 15:00"),
        ("at 15:00", "at 3 p.m."),
        ("at 3", "at 15:00"),
        ("at 3:30", "at 15:30"),
        ("7.15am", "7:15"),
        ("at noon", "12:00"),
        ("18k", "18,000"),
        ("18 thousand", "18k"),
        ("1.5 million", "1,500,000"),
        ("18.000 euros", "18,000 euros"),
        ("twenty-five", "25"),
        ("two hundred and five", "205"),
        ("three hundred thousand", "300k"),
        ("a couple of cats, both black", "two cats"),
        ("twice a week", "2 times a week"),
        ("version 1.2.3", "1.2.3"),
    ],
)
def test_equal_amounts_bear_each_other_out(said, told):
    assert bears_out(said, told)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("at 3am", "at 15:00"),
        ("at 3:30", "at 3:45"),
        ("at 3pm", "at 4pm"),
        ("18k", "18 million"),
        ("18k", "18"),
        ("12.5", "125"),
        ("twenty-five", "35"),
        ("two hundred", "two thousand"),
        ("no number", "one hundred"),
    ],
)
def test_different_amounts_do_not(said, told):
    assert not bears_out(said, told)


@given(st.integers(0, 10**9))
def test_digits_say_the_same_with_and_without_grouping(number):
    assert bears_out(f"{number}", f"{number:,}")
    assert not bears_out(f"{number}", f"{number + 1:,}")


@given(st.text())
def test_each_amount_stands_where_it_says(text):
    assert all(text[a.place :].startswith(a.written) for a in amounts(text))


def test_one_alone_is_also_a_pronoun():
    assert [amount.needs for amount in amounts("one of them")] == [frozenset()]


def test_no_list_of_the_data_is_torn():
    numbers = read_data("grounding")["numbers"]
    assert [len(numbers[key].split()) for key in ("units", "tens")] == [20, 8]
    forms = [form for line in read_data("grounding")["same"] for form in line]
    assert len(forms) == len({form.casefold() for form in forms})
    assert all(len(line) > 1 for line in read_data("grounding")["same"])
    worded = [form for line in read_data("slots").values() for form in line]
    assert len(worded) == len(set(worded))
    assert set(worded).isdisjoint(read_data("slots"))


@pytest.mark.parametrize("unit", ["two ", "1,", "12:", "3 p", "a", "hundred and "])
def test_time_grows_with_the_length_of_the_input(unit):
    assert_grows_with_its_input(lambda text: list(amounts(text)), unit)
