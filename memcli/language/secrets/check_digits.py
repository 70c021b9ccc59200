"""
Check digits: whether a number of a card, an account or a paper is one that can have been given out.

Each takes a text in which nothing stands but its letters and digits.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Final

from memcli.language.data import read_data

BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
# The letter of a Spanish identity number is that of its rest by 23.
DNI_LETTERS: Final = "TRWAGMYFPDXBNJZSQVHLCKE"
RESIDENT_WEIGHTS: Final = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
# Where Verhoeff's permutation takes each digit.
VERHOEFF: Final = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)
CUIT_WEIGHTS: Final = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
CNP_WEIGHTS: Final = "279146358279"
# Visa; American Express; Diners; JCB; UnionPay, Discover, Maestro, RuPay; Mir, Elo, Mastercard.
CARD_LENGTHS: Final[dict[str, tuple[int, ...]]] = {
    "4": (13, 16, 19),
    **dict.fromkeys(("34", "37"), (15,)),
    **dict.fromkeys(("36", "38", "39"), (14,)),
    "35": (16,),
    **dict.fromkeys("56 57 58 60 62 63 64 65 67".split(), (16, 19)),
    **dict.fromkeys((str(prefix) for prefix in (*range(22, 28), *range(50, 56))), (16,)),
}


def is_card(digits: str) -> bool:
    """Tell a payment card number: prefix, length and check digit agree."""
    return len(digits) in card_lengths(digits) and len(set(digits)) > 1 and is_luhn(digits)


def card_lengths(digits: str) -> tuple[int, ...]:
    """Return how long the numbers of payment cards are that begin with some digits."""
    return CARD_LENGTHS.get(digits[:2]) or CARD_LENGTHS.get(digits[:1]) or ()


def is_luhn(digits: str) -> bool:
    """Check the last digit as ISO/IEC 7812 has it."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(doubled) + sum(int(digit) for digit in digits[-1::-2])) % 10 == 0


def is_iban(plain: str) -> bool:
    """Tell an account number: its country has such long ones, and ISO 13616's rest is right."""
    plain = plain.upper()
    if _iban_lengths().get(plain[:2]) != len(plain) or not plain.isascii():
        return False
    return int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1


def iban_length(country: str) -> int:
    """Return how long the account numbers of a country are, 0 where it has none."""
    return _iban_lengths().get(country.upper(), 0)


def _iban_lengths() -> Mapping[str, int]:
    lengths: Mapping[str, int] = read_data("secret_numbers")["iban_lengths"]
    return lengths


def is_wif(plain: str) -> bool:
    """Tell a private key of Bitcoin's import format by the hash at its end."""
    number = 0
    for sign in plain:
        number = number * 58 + BASE58.index(sign)
    size = (number.bit_length() + 7) // 8
    body, check = divmod(number, 1 << 32)
    if size not in (37, 38):
        return False
    once = hashlib.sha256(body.to_bytes(size - 4, "big")).digest()
    return hashlib.sha256(once).digest()[:4] == check.to_bytes(4, "big")


def is_dni(plain: str) -> bool:
    """Tell a Spanish identity number, or a foreigner's, by its letter."""
    digits = plain[:-1].upper().translate(str.maketrans("XYZ", "012"))
    return plain[-1].upper() == DNI_LETTERS[int(digits) % 23]


def is_codice_fiscale(plain: str) -> bool:
    """Tell an Italian tax number by its last letter."""
    plain = plain.upper()
    odd = read_data("secret_numbers")["codice_fiscale_odd"]
    total = sum(int(odd[c]) for c in plain[:-1:2])
    total += sum(int(c) if c.isdigit() else ord(c) - ord("A") for c in plain[1:-1:2])
    return ord(plain[-1]) - ord("A") == total % 26


def is_resident_id(plain: str) -> bool:
    """Tell a number of a Chinese identity card."""
    total = sum(int(d) * w for d, w in zip(plain[:17], RESIDENT_WEIGHTS, strict=True))
    return plain[-1].upper() == "10X98765432"[total % 11]


def is_cpf(plain: str) -> bool:
    """Tell a Brazilian taxpayer's number by its two check digits."""
    digits = [int(d) for d in plain]
    sums = (sum(d * (n + 1 - i) for i, d in enumerate(digits[:n])) for n in (9, 10))
    return len(set(digits)) > 1 and digits[9:] == [total * 10 % 11 % 10 for total in sums]


def is_snils(plain: str) -> bool:
    """Tell a number of Russian pension insurance."""
    total = sum(int(d) * w for d, w in zip(plain[:9], range(9, 0, -1), strict=True))
    return int(plain[9:]) == total % 101 % 100


def is_nir(plain: str) -> bool:
    """Tell a number of French social security by its key."""
    plain = plain.upper().replace("2A", "19").replace("2B", "18")
    return plain.isdigit() and int(plain[13:]) == 97 - int(plain[:13]) % 97


def is_ean(plain: str) -> bool:
    """Check the last digit as that of a European Article Number, as Swiss insurance has it."""
    digits = [int(d) for d in plain]
    return (sum(digits[::2]) + 3 * sum(digits[1::2])) % 10 == 0


def is_nrb(plain: str) -> bool:
    """Tell a Polish account number without the letters of its country."""
    return is_iban(f"PL{plain}")


def is_verhoeff(plain: str) -> bool:
    """Check the last digit of an Indian Aadhaar number (Verhoeff 1969)."""
    total = 0
    for place, digit in enumerate(reversed(plain)):
        total = _dihedral(total, _permuted(place, int(digit)))
    return total == 0 and len(set(plain)) > 2


def _dihedral(one: int, other: int) -> int:
    """Return the product of two elements of the group of symmetries of a pentagon."""
    if one < 5:
        return (one + other) % 5 if other < 5 else (one + other - 5) % 5 + 5
    return (one - 5 - other) % 5 + 5 if other < 5 else (one - other) % 5


def _permuted(place: int, digit: int) -> int:
    for _ in range(place % 8):
        digit = VERHOEFF[digit]
    return digit


def is_personnummer(plain: str) -> bool:
    """Tell a Swedish personal number by its last digit."""
    return is_luhn(plain[-10:])


def is_hetu(plain: str) -> bool:
    """Tell a Finnish personal code by its last sign."""
    digits = "".join(filter(str.isdigit, plain[:-1]))
    return len(digits) == 9 and plain[-1] == "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(digits) % 31]


def is_rijksregister(plain: str) -> bool:
    """Tell a Belgian national number by its last two digits."""
    check = int(plain[9:])
    return any(check == 97 - int(f"{age}{plain[:9]}") % 97 for age in ("", "2"))


def is_rut(plain: str) -> bool:
    """Tell a Chilean tax number by its last sign."""
    total = sum(int(d) * (2 + n % 6) for n, d in enumerate(reversed(plain[:-1])))
    return plain[-1].upper() == "0K987654321"[total % 11]


def is_cuit(plain: str) -> bool:
    """Tell an Argentine tax number by its last digit."""
    total = sum(int(d) * w for d, w in zip(plain[:10], CUIT_WEIGHTS, strict=True))
    return plain[10] == "012345678990"[11 - total % 11]


def is_cnpj(plain: str) -> bool:
    """Tell a Brazilian company's number by its two check digits."""
    digits = [int(d) for d in plain]
    for length in (12, 13):
        weights = [2 + n % 8 for n in range(length)]
        total = sum(d * w for d, w in zip(reversed(digits[:length]), weights, strict=True))
        if digits[length] != (0 if total % 11 < 2 else 11 - total % 11):
            return False
    return True


def is_cnp(plain: str) -> bool:
    """Tell a Romanian personal code by its last digit."""
    total = sum(int(d) * int(w) for d, w in zip(plain, CNP_WEIGHTS, strict=False)) % 11
    return int(plain[12]) == (1 if total == 10 else total)


CHECKS: Final[dict[str, Callable[[str], bool]]] = {
    "card": is_card,
    "iban": is_iban,
    "wif": is_wif,
    "dni": is_dni,
    "codice fiscale": is_codice_fiscale,
    "resident id": is_resident_id,
    "cpf": is_cpf,
    "snils": is_snils,
    "nir": is_nir,
    "ean": is_ean,
    "nrb": is_nrb,
    "verhoeff": is_verhoeff,
    "personnummer": is_personnummer,
    "hetu": is_hetu,
    "rijksregister": is_rijksregister,
    "rut": is_rut,
    "cuit": is_cuit,
    "cnpj": is_cnpj,
    "cnp": is_cnp,
    "mixed": lambda plain: any(map(str.isdigit, plain)) and any(map(str.isalpha, plain)),
    "any": bool,
}
