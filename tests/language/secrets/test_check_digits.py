import random

import pytest

from memcli.language.secrets.check_digits import CHECKS, iban_length, is_card, is_iban
from tests.support.planted import value

RIGHT = {
    "card": "card",
    "amex": "card",
    "ibangb": "iban",
    "ibanlow": "iban",
    "ibannl": "iban",
    "wif": "wif",
    "dni": "dni",
    "nie": "dni",
    "codfis": "codice fiscale",
    "cnid": "resident id",
    "cpf": "cpf",
    "snils": "snils",
    "nir": "nir",
}


@pytest.mark.parametrize(("name", "check"), RIGHT.items())
def test_right_numbers_pass_and_those_with_a_wrong_digit_do_not(name, check):
    rng = random.Random(3)
    for _ in range(20):
        plain = "".join(filter(str.isalnum, value(name, rng)))
        assert CHECKS[check](plain)
        # The place of a digit that all of these check.
        place = len(plain) - 4
        other = str((int(plain[place]) + 1) % 10) if plain[place].isdigit() else "z"
        assert not CHECKS[check](f"{plain[:place]}{other}{plain[place + 1 :]}")


def test_numbers_of_other_lengths_or_countries_are_none():
    assert not is_card("0" * 16)
    assert not is_card("4111111111111111"[:-1])
    assert not is_iban("XX00370400440532013000")
    assert not is_iban("DE8937040044053201300")
    assert iban_length("de") == 22
    assert iban_length("zz") == 0
