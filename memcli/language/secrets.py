"""
Secrets that are never stored as said: keys, passwords, card and account numbers.

An own table, because the usual detector is made for files of code: `detect-secrets` takes 0.2 s to
import, 1 ms a line, calls plain words "high entropy" outside quotes, and knows neither passwords
said in words nor check digits. Its token shapes are the model for the ones below.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from memcli.language.data import read_data, words

__all__ = ["Secret", "find_secrets", "redact"]


class Secret(NamedTuple):
    """A secret of some kind at text[start:end], without the words around it."""

    kind: str
    start: int
    end: int


# Shannon entropy in bits a character: words lie near 3, random base 62 of 20 characters near 4.
RANDOM_BITS: Final = 3.2
# Of a number of a paper or an account; fewer are a count or an hour.
LEAST_DIGITS: Final = 4
CARD_LENGTHS: Final[dict[str, tuple[int, ...]]] = {
    "4": (13, 16, 19),
    "34": (15,),
    "37": (15,),
    "35": (16,),
    "6": (16, 19),
    "22": (16,),
    "27": (16,),
} | {str(prefix): (16,) for prefix in range(51, 56)}

# A run of digits as long as an account number, or a run of characters too long for a word.
_LONG_RUN = re.compile(r"\d(?:[ -]?\d){8}|[A-Za-z0-9_+/=.-]{20}|[A-Z]{2}\d{2} ?[A-Z0-9]{4}")

_SHAPES: Final = {
    kind: re.compile(rf"(?<![\w-]){shape}")
    for kind, shape in read_data("secrets")["shapes"].items()
}
_CONNECTION = re.compile(
    r"(?<![\w+.-])[A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s:/@]{0,64}:(?P<value>[^\s/@]{1,128})@"
)
_DIGITS = re.compile(r"(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-])")
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?!\w)")
_KEY_BEGIN = re.compile(r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----")
_KEY_END = re.compile(r"-----END [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----")

_TRAILING: Final = ".,;:!?)]}>*'\"`"


def find_secrets(text: str) -> list[Secret]:
    """Return the secrets in the text by place, none overlapping; text without a hint costs µs."""
    lowered = text.lower()
    if not any(hint in lowered for hint in words("secrets", "hints")) and not _LONG_RUN.search(
        text
    ):
        return []
    found = [secret for finder in _FINDERS for secret in finder(text)]
    chosen: list[Secret] = []
    # The longest of overlapping ones says most; the order of the finders settles ties.
    for secret in sorted(found, key=lambda s: s.start - s.end):
        if all(secret.end <= other.start or secret.start >= other.end for other in chosen):
            chosen.append(secret)
    return sorted(chosen, key=lambda s: s.start)


def redact(text: str, secrets: Sequence[Secret], mark: str | None = None) -> str:
    """
    Replace each secret by `mark`, or by `[secret: kind]`.

    The spans are those of `find_secrets(text)`.
    """
    for secret in sorted(secrets, key=lambda s: s.start, reverse=True):
        shown = mark or f"[secret: {secret.kind}]"
        text = f"{text[: secret.start]}{shown}{text[secret.end :]}"
    return text


def _private_keys(text: str) -> list[Secret]:
    """Find PEM blocks; one that is cut off counts to the end of the text."""
    found: list[Secret] = []
    at = 0
    while begin := _KEY_BEGIN.search(text, at):
        end = _KEY_END.search(text, begin.end())
        at = end.end() if end else len(text)
        found.append(Secret("private key", begin.start(), at))
    return found


def _shaped(text: str) -> list[Secret]:
    """Find tokens whose shape is known."""
    return [
        Secret(kind, *found.span())
        for kind, shape in _SHAPES.items()
        for found in shape.finditer(text)
    ]


def _connections(text: str) -> list[Secret]:
    """Find the passwords of connection strings."""
    return [
        Secret("password", *found.span("value"))
        for found in _CONNECTION.finditer(text)
        if not found["value"].startswith(("$", "{", "<", "["))
    ]


def _cards(text: str) -> list[Secret]:
    """Find payment card numbers: prefix, length and Luhn check digit must agree."""
    return [
        Secret("card number", *found.span())
        for found in _DIGITS.finditer(text)
        if _is_card(re.sub(r"\D", "", found[0]))
    ]


def _is_card(digits: str) -> bool:
    lengths = CARD_LENGTHS.get(digits[:2]) or CARD_LENGTHS.get(digits[:1]) or ()
    return len(digits) in lengths and len(set(digits)) > 1 and _luhn(digits)


def _luhn(digits: str) -> bool:
    """Check the last digit as ISO/IEC 7812 has it."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(doubled) + sum(int(digit) for digit in digits[-1::-2])) % 10 == 0


def _ibans(text: str) -> list[Secret]:
    """Find account numbers whose check digits (ISO 13616, mod 97) are right."""
    found: list[Secret] = []
    for match in _IBAN.finditer(text):
        groups = match[0].split(" ")
        # What follows in capitals may have been taken for a last group.
        for count in range(len(groups), 0, -1):
            plain = " ".join(groups[:count])
            if _is_iban(plain.replace(" ", "")):
                found.append(Secret("iban", match.start(), match.start() + len(plain)))
                break
    return found


def _is_iban(plain: str) -> bool:
    turned = plain[4:] + plain[:4]
    return 15 <= len(plain) <= 34 and int("".join(str(int(c, 36)) for c in turned)) % 97 == 1


def _said(pattern: re.Pattern[str], kind: str, fits: Callable[[str], bool]) -> _Finder:
    """Return a finder of values behind words; `fits` judges a bare value, quotes need no proof."""

    def find(text: str) -> list[Secret]:
        found: list[Secret] = []
        for match in pattern.finditer(text):
            quoted = "quoted" in pattern.groupindex and match["quoted"] is not None
            start, end = match.span("quoted" if quoted else "value")
            value = text[start:end] if quoted else text[start:end].rstrip(_TRAILING)
            if quoted or (fits(value) and _ends_there(text, start + len(value), value)):
                found.append(Secret(kind, start, start + len(value)))
        return found

    return find


def _ends_there(text: str, end: int, value: str) -> bool:
    """Tell whether the phrase is over: "is swordfish." is a password, "is causing trouble" not."""
    return not value.isalpha() or not value.islower() or not re.match(r" \w", text[end : end + 2])


def _is_password(value: str) -> bool:
    """Judge one word said to be a password."""
    plain = value.casefold()
    if (
        len(value) < 4
        or plain in words("secrets", "no_passwords")
        or value.startswith(("[secret", "<", "{", "$"))
    ):
        return False
    return not (plain.isalpha() and plain.endswith(("ing", "ed", "ly", "able", "ible")))


def _is_no_excuse(value: str) -> bool:
    """Tell a phrase of words that is a secret from "too long to remember"."""
    return value.split()[0].casefold() not in words("secrets", "excuses")


def _has_digit(value: str) -> bool:
    return len(value) >= 3 and any(c.isdigit() for c in value)


def _is_mixed(value: str) -> bool:
    """Judge a run behind a looser cue: it has digits and letters, and is no address of a page."""
    return any(map(str.isdigit, value)) and any(map(str.isalpha, value)) and "://" not in value


def _is_random(value: str) -> bool:
    """Judge a run behind a key-like word: letters and digits, and entropy above that of words."""
    if not (any(c.isdigit() for c in value) and any(c.isalpha() for c in value)):
        return False
    counts = Counter(value).values()
    return -sum(n / len(value) * math.log2(n / len(value)) for n in counts) >= RANDOM_BITS


def _compiled(pattern: str) -> re.Pattern[str]:
    """Return a pattern of the data: its lines joined, its {fragments} put in."""
    fragments = read_data("secrets")["fragments"]
    filled = re.sub(r"\{([a-z_]+)\}", lambda found: str(fragments[found[1]]), pattern)
    return re.compile("".join(map(str.strip, filled.splitlines())), re.IGNORECASE)


_Finder = Callable[[str], list[Secret]]
_CHECKS: Final[dict[str, Callable[[str], bool]]] = {
    "any": bool,
    "has digit": _has_digit,
    "four digits": lambda value: sum(c.isdigit() for c in value) >= LEAST_DIGITS,
    "mixed": _is_mixed,
    "random": _is_random,
    "password": _is_password,
    "no excuse": _is_no_excuse,
}
_FINDERS: Final[tuple[_Finder, ...]] = (
    *(_private_keys, _shaped, _connections, _cards, _ibans),
    *(
        _said(_compiled(said["pattern"]), said["kind"], _CHECKS[said["check"]])
        for said in read_data("secrets")["said"]
    ),
)
