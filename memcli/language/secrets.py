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

_HINTS: Final = tuple(
    "pass pin code combination key token secret bearer credential cvv cvc :// eyj -----begin"
    " sk- sk_ ghp_ gho_ xox akia pw kennwort contrase maiden login licen account routing seed puk"
    " otp mnemonic".split()
)
# A run of digits as long as an account number, or a run of characters too long for a word.
_LONG_RUN = re.compile(r"\d(?:[ -]?\d){8}|[A-Za-z0-9_+/=.-]{20}|[A-Z]{2}\d{2} ?[A-Z0-9]{4}")

_SHAPES: Final = tuple(
    (kind, re.compile(rf"(?<![\w-]){shape}"))
    for kind, shape in (
        ("aws key", r"(?:AKIA|ASIA|ABIA|ACCA)[0-9A-Z]{16}(?![0-9A-Za-z])"),
        ("github token", r"(?:gh[pousr]_[A-Za-z0-9]{36,251}|github_pat_\w{22,244})(?!\w)"),
        ("gitlab token", r"gl(?:pat|rt|dt|ptt)-[\w-]{20,64}(?![\w-])"),
        ("slack token", r"xox[abeoprs]-[A-Za-z0-9-]{10,250}(?![\w-])"),
        ("slack webhook", r"https://hooks\.slack\.com/services/[\w/]{20,120}"),
        ("stripe key", r"[rs]k_(?:live|test)_[0-9A-Za-z]{16,120}(?!\w)"),
        ("api key", r"sk-(?:[a-z0-9]{2,12}-){0,3}[A-Za-z0-9_-]{20,250}(?![\w-])"),
        ("google key", r"AIza[0-9A-Za-z_-]{35}(?![\w-])"),
        ("hugging face token", r"hf_[A-Za-z0-9]{30,64}(?!\w)"),
        ("npm token", r"npm_[A-Za-z0-9]{36}(?!\w)"),
        ("pypi token", r"pypi-AgE[\w-]{40,400}(?![\w-])"),
        ("sendgrid key", r"SG\.[\w-]{16,32}\.[\w-]{32,64}(?![\w-])"),
        ("telegram token", r"\d{8,10}:AA[\w-]{33}(?![\w-])"),
        ("jwt", r"eyJ[\w-]{8,4000}\.[\w-]{8,8000}\.[\w-]{8,2000}(?![\w-])"),
        ("social security number", r"(?!000|666|9)\d{3}-(?!00)\d\d-(?!0000)\d{4}(?![\w-])"),
    )
)
_CONNECTION = re.compile(
    r"(?<![\w+.-])[A-Za-z][A-Za-z0-9+.-]{1,20}://[^\s:/@]{0,64}:(?P<value>[^\s/@]{1,128})@"
)
_DIGITS = re.compile(r"(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-])")
_IBAN = re.compile(r"(?<!\w)[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?(?!\w)")
_KEY_BEGIN = re.compile(r"-----BEGIN [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----")
_KEY_END = re.compile(r"-----END [A-Z ]{0,30}PRIVATE KEY(?: BLOCK)?-----")

_SAID_TO_BE: Final = (
    r"[\"'`*]{0,3}\s{0,3}(?:(?:is|was|are|=>|:=|=)[ \t]{0,3}|:\s{0,3})(?:still |now )?"
)
# Quotation marks as code points: straight ones, curly ones, back ticks and Markdown's asterisks.
_OPENING: Final = "[\"'`*\\u201c\\u2018]"
_CLOSING: Final = "[\"'`*\\u201d\\u2019]"
_VALUE: Final = (
    rf"(?:{_OPENING}{{1,3}}(?P<quoted>[^\"'`*\u201c\u201d\u2019\n]{{3,100}}){_CLOSING}"
    r"|(?P<value>[^\s\"'`\u201c\u201d]{3,128}))"
)
_PASSWORD = re.compile(
    r"\b(?:(?:pass ?(?:word|code|phrase)|passwd|pwd|pw|passwort|kennwort|contrase[n\u00f1]a"
    r"|mot de passe)s?|(?:the|my|our) pass(?= (?:is|was)\b))"
    rf"(?: (?:for|to|of|on|at|in|with) (?:\w+[ ]){{0,4}}?\w+)?{_SAID_TO_BE}{_VALUE}",
    re.IGNORECASE,
)
_PIN = re.compile(
    r"\b(?:pin|puk|otp|cvv|cvc)2?(?: ?(?:code|number))?"
    r"(?: (?:for|to|of|on|at|in|with) (?:\w+ ){0,4}?\w+)?"
    r"(?:['\u2019]s |\s{0,2}(?:is|was|=|:)\s{0,2}|\s)(?:now |still )?[\"'`]?"
    r"(?P<value>\d{3,8})(?![\w:/.-]\d|\w)",
    re.IGNORECASE,
)
_NEW_PASSWORD = re.compile(
    r"\b(?:pass ?(?:word|code|phrase)|pwd|pw|pin)s? (?:\w+ ){0,4}?(?:to|into) [\"'`]?"
    r"(?P<value>[^\s\"'`]{3,128})",
    re.IGNORECASE,
)
_PHRASE = re.compile(
    r"\bpass ?phrase(?: for (?:\w+ ){0,3}?\w+)?\s?(?:is|was|:|=) "
    r"(?P<value>[a-z]+(?:[ -][a-z]+){2,7})"
    r"(?=\s*(?:[.!,;\n]|$))",
    re.IGNORECASE,
)
_LONG_PASSWORD = re.compile(
    r"\bpass ?(?:word|code) (?:for|to|of) (?:\w+ ){0,3}?\w+ is (?P<value>[a-z]+(?: [a-z]+){2,7})"
    r"(?=\s*(?:[.!,;\n]|$))",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"\bkey[:=]?\s{1,3}(?P<value>\d{8,64})(?!\w)", re.IGNORECASE)
_SECURITY_ANSWER = re.compile(
    r"\bmother['\u2019]?s maiden name (?:is|was)\s{1,3}(?P<value>[^\W\d_]{2,40})", re.IGNORECASE
)
_CODE = re.compile(
    r"\b(?:wi-?fi|wlan|door|gate|alarm|access|entry|lock(?:er)?|safe|security|unlock|garage"
    r"|building"
    r"|verification|house|phone|router|network|bike)(?:'s)?"
    r" (?:code|key|password|combination|combo|pass)"
    rf"(?: (?:for|to|of|on|at|in|with) (?:\w+ ){{0,4}}?\w+)?{_SAID_TO_BE}{_VALUE}",
    re.IGNORECASE,
)
_KEY_WORD = re.compile(
    r"(?:(?:api|access|private)[ _-]?key|secret(?:[ _-]?key)?|token|credential|bearer)s?"
    r"[\"'`*]{0,3}\s{0,3}(?:is|was|=>|:=|[:=]|\s)\s{0,3}[\"'`]?"
    r"(?P<value>[A-Za-z0-9_+/=.~-]{16,500})",
    re.IGNORECASE,
)
# Numbers of papers and accounts, and codes that are told with no more than a space before them.
_PAPER = re.compile(
    r"\b(?:passport|(?:driver'?s?|driving) licen[cs]e|(?:bank )?account|routing|sort|tax|puk"
    r"|national insurance"
    r"|(?:verification|security|recovery|backup|one[- ]time|2fa|login)(?= codes?))"
    r"(?: (?:number|no\.?|codes?|id))?(?:,? (?:is|was|are)|[:=])?\s{1,3}"
    r"(?P<value>(?=\S{0,12}\d)[A-Z0-9][\w-]{3,24}"
    r"(?:,? (?:and )?(?=[a-z-]{0,12}\d)[\w-]{4,24}){0,16})",
    re.IGNORECASE,
)
_LOGIN = re.compile(
    r"\b(?:log-?ins?\b[^\n/|]{0,60}[/|]|(?:pw|pwd|pass(?:word)?)\s?[:=]?(?= \S*\d))\s{0,3}"
    r"(?P<value>[^\s\"'`,]{5,128})",
    re.IGNORECASE,
)
_SEED = re.compile(
    r"\b(?:seed|recovery|backup|mnemonic)(?: (?:phrase|words?))?(?: (?:is|was|are)|[:=])\s{1,3}"
    r"(?P<value>[a-z]{3,8}(?:,? [a-z]{3,8}){7,23})",
    re.IGNORECASE,
)
_SETTING = re.compile(
    r"\b\w{0,40}(?:key|token|secret|passw(?:or)?d|pwd)\s?=\s?[\"']?(?P<value>[^\s\"'&;]{8,500})",
    re.IGNORECASE,
)
_TRAILING: Final = ".,;:!?)]}>*'\"`"
_NOT_A_PASSWORD = frozenset(
    """
    a an the my your his her our their its not no too very so really still also just now always
    never only in on at for to of from with and or but if that this these those it he she they we
    you required requested needed wrong right correct incorrect invalid valid weak strong secure
    safe unsafe long short old new same different good bad terrible important simple easy hard
    unique random secret private public lost gone missing here there below above something
    anything nothing everything what why how when where who because case-sensitive fine ok okay
    empty blank unknown optional being been about like pretty quite kind sort stored saved written
    hidden kept set sent stolen known shown given taken broken forgotten hashed free
    """.split()
)


_EXCUSES = frozenset(
    """
    a an the my your our too not no so very really also just always never only still in on at to
    with and or but if that this these those it he she they we you what why how when where who
    hard easy long short stored saved written hidden kept set sent known being been about going
    """.split()
)


def find_secrets(text: str) -> list[Secret]:
    """Return the secrets in the text by place, none overlapping; text without a hint costs µs."""
    lowered = text.lower()
    if not any(hint in lowered for hint in _HINTS) and not _LONG_RUN.search(text):
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
        Secret(kind, *found.span()) for kind, shape in _SHAPES for found in shape.finditer(text)
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
        words = match[0].split(" ")
        # What follows in capitals may have been taken for a last group.
        for count in range(len(words), 0, -1):
            plain = " ".join(words[:count])
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
    if len(value) < 4 or plain in _NOT_A_PASSWORD or value.startswith(("[secret", "<", "{", "$")):
        return False
    return not (plain.isalpha() and plain.endswith(("ing", "ed", "ly", "able", "ible")))


def _is_no_excuse(value: str) -> bool:
    """Tell a phrase of words that is a secret from "too long to remember"."""
    return value.split()[0].casefold() not in _EXCUSES


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


_Finder = Callable[[str], list[Secret]]
_FINDERS: Final[tuple[_Finder, ...]] = (
    _private_keys,
    _shaped,
    _connections,
    _cards,
    _ibans,
    _said(_PASSWORD, "password", _is_password),
    _said(_NEW_PASSWORD, "password", _has_digit),
    _said(_PHRASE, "password", _is_no_excuse),
    _said(_LONG_PASSWORD, "password", _is_no_excuse),
    _said(_NUMBERED, "code", _has_digit),
    _said(_SECURITY_ANSWER, "security answer", bool),
    _said(_PIN, "pin", _has_digit),
    _said(_CODE, "code", _has_digit),
    _said(_KEY_WORD, "token", _is_random),
    _said(_PAPER, "number", lambda value: sum(c.isdigit() for c in value) >= LEAST_DIGITS),
    _said(_LOGIN, "password", _is_mixed),
    _said(_SEED, "seed phrase", bool),
    _said(_SETTING, "token", _is_mixed),
)
