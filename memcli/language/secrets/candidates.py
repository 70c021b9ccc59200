"""
Candidates: what in a text looks like a code, a password or a number of papers, whatever is said.

Each has the names of the forms it has, which the data weigh.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Final, NamedTuple

from memcli.language.data import read_data
from memcli.language.patterns import lazy_pattern
from memcli.language.secrets.cues import WORDLESS, classes_of, digits_of, languages, vocabulary
from memcli.language.secrets.looks import level_of, total_weight
from memcli.language.secrets.rules import TRAILING
from memcli.language.secrets.values import CHECKS, EXAMPLES, is_odd, is_technical

MOST_DIGITS: Final = 8
SHORT_DIGITS: Final = 3
# Of a code for one use.
SENT_DIGITS: Final = 6
# Of digits with capitals: shorter ones are names of models.
LEAST_MARKED: Final = 5
# Of digits with a capital among them: "99E3".
_AMONG = lazy_pattern(r"\d{2,3}[A-Z\u0410-\u042f]\d{1,3}")
LEAST_PAPER: Final = 6
LONGEST_PAPER: Final = 40
# Digits of a paper, and of a long one of capitals and digits.
LEAST_PLAIN, LEAST_OF_SERIAL, LONG_SERIAL = 5, 4, 10
LEAST_ACCOUNT: Final = 11
LEAST_SPELLED: Final = 3
MOST_SPELLED: Final = 10
# Nobody speaks of a later one.
LAST_YEAR: Final = "2060"
_FIRST_WORDLESS: Final = "\u2e80"
_MONEY: Final = tuple("$\u20ac\u00a3\u00a5%\u00b0")

# Digits in a row, and capitals among them.
_PLAIN = lazy_pattern(r"\d[\dA-Z\u0410-\u042f]{2,8}(?![^\W_])|\d{3,8}(?=[\u2e80-\uffff])")
_GROUPS = lazy_pattern(
    r"\d{1,4}(?:[-\u2013]\d{1,4}){2,7}(?!\d)|\d{1,2}(?: ?[-\u2013/>\u2192] ?\d{1,2}){2,3}(?!\d)"
)
# Turns of a dial: "R32 L14 R27".
_DIAL = lazy_pattern(r"[LR] ?\d{1,2}(?:[ ,-]{1,2}[LR] ?\d{1,2}){2,4}(?!\w)")
_SINGLES = lazy_pattern(r"\d(?:[ ,\u2013-]{1,2}\d)+(?!\d)")
_PARTS = lazy_pattern(r"\d{2,4}(?:[ \u2013-]\d{2,4})+(?!\d)")
# What may hang on digits: "A4471", "#4471*".
_WORD = lazy_pattern(
    r"[A-Za-z0-9\u00c0-\u024f\u0400-\u04ff*#$!@][!#-&*-~\u00c0-\u024f\u0400-\u04ff]{4,63}"
)
_PAPER = lazy_pattern(
    r"(?=[A-Z ./-]{0,12}\d)[A-Z\d]"
    r"(?:[A-Z\d]|[ ./\u2013-]{1,3}(?=[A-Z]{0,3}\d|[A-Z](?![^\W_])))+(?![^\W_\u2e80-\uffff])"
)
# A word or some between quotation marks.
_QUOTED = lazy_pattern(
    r"[\"\u201c\u201e\u00ab\u300c]([^\W\d_][^\n\"\u201c\u201d\u201e\u00ab\u00bb\u300c\u300d]{3,40})[\"\u201d\u201c\u00bb\u300d]"
)
_HEX = lazy_pattern(
    r"(?<![A-Za-z0-9_-])(?=[0-9a-f]{0,31}\d)(?=[0-9a-f]{0,31}[a-f])[0-9a-f]{32,64}"
    r"(?![A-Za-z0-9_-])"
)
_LETTER: Final = "A-Za-z\u00c0-\u024f\u0400-\u04ff"
# A sign between letters, digits behind letters; words or groups that hyphens join to digits.
_SIGNS = lazy_pattern(
    rf"(?=.*\d)(?=.*[{_LETTER}].*[{_LETTER}].*[{_LETTER}]).*"
    rf"(?:[{_LETTER}\d][!#$%&*=?^~@+;][{_LETTER}\d]|[{_LETTER}]{{2}}\d+[!#$%&*?]$)"
)
_MIXED = lazy_pattern(
    rf"[{_LETTER}]{{3,}}[-_.]?\d{{2,}}|\d{{2,}}[-_.]?[{_LETTER}]{{3,}}|[{_LETTER}]\d+[{_LETTER}]"
    rf"|\d[{_LETTER}]+\d|[a-z][A-Z][a-z]+\d|[{_LETTER}]{{3,}}[_-][{_LETTER}]{{2,}}[_-]?\d|[{_LETTER}]{{3,}}\.[{_LETTER}]{{3,}}\.?\d"
)
_NO_WORD = lazy_pattern(
    r"https?:|mailto:|www\.|\d+-(?:year|month|week|day|hour|minute|page|point|step)|(?:ctrl|cmd|alt|shift|strg)[+-]|[~.]{0,2}/\w|\w+@\w+\.\w|\w+\.(?:com|org|net|io|de|fr|py|js|md|txt|pdf|jpg|png|csv|json)\b"
    r"|\d+(?:st|nd|rd|th|s|x|k|kg|km|m|mm|cm|gb|mb|tb|hz|mhz|ghz|h|am|pm|min|p|ml|mg|g|l|w|v|mah)?$"
    r"|\d[\d.,:/-]*(?:[a-z\u00b0%]{0,4})$|v\d|\d+[-x]\w+$|#\d+$|[+]?\d[\d\s().-]+$|\d+\W?[a-z]{2,}$",
    re.IGNORECASE,
)
_IDENTIFIER = lazy_pattern(
    r"[a-z]+(?:_[a-z]+)+\d?|[a-z]+(?:[A-Z][a-z]+)+\d?|[A-Z]+(?:_[A-Z0-9]+)+|\w+\(.*|[A-Z]{1,5}-?\d+"
)
_NAME = lazy_pattern(r"[A-Za-z]{1,12}[-_.]?\d{1,4}")


class Candidate(NamedTuple):
    """What looks like a secret at text[start:end]: as a number, word or paper, and its forms."""

    start: int
    end: int
    shape: str
    forms: tuple[str, ...]


def candidates(text: str, folded: str, *, has_papers: bool) -> Iterator[Candidate]:
    """Yield what looks like a secret, overlapping; text without one costs little."""
    has_digit = any(digit in text for digit in "0123456789")
    if has_digit:
        yield from _plain(text)
        yield from _listed(text)
        yield from _papers(text) if has_papers else ()
        yield from (Candidate(*match.span(), "hex", ()) for match in _HEX.finditer(text))
    yield from _words(text)
    yield from (Candidate(*m.span(1), "quoted", ()) for m in _QUOTED.finditer(text))
    yield from _spelled(folded)


def _is_part(text: str, start: int, end: int) -> bool:
    """Tell digits that are a part of something else: an amount, a time, an address, a word."""
    before, after = text[start - 1 : start], text[end : end + 1]
    if (before.isalnum() and before < _FIRST_WORDLESS) or before in _BEFORE:
        return True
    if before in _JOINS:
        joined = text[start - 2 : start - 1]
        return joined.isdigit() or (joined.isalpha() and before not in ",:=\u2019'")
    if (after.isalnum() and after < _FIRST_WORDLESS) or (after and after in "_@\\"):
        return True
    if after and after in ".,:/-\u2013" and text[end + 1 : end + 2].isdigit():
        # Where no spaces are written, a comma stands between words.
        return after != "," or _COMMA.match(text, end) is None
    money = text[end : end + 2].strip()[:1]
    return (money and money in _MONEY) or _AREA.search(text, max(0, start - 8), start) is not None


_AREA = lazy_pattern(r"\(\+?\d{2,5}\)[ -]?$")
_COMMA = lazy_pattern(r",\d{1,6}[\u2e80-\uffff]")
_BEFORE: Final = frozenset("[$\u20ac\u00a3\u00a5_\\+/\u7b2c")
_JOINS: Final = frozenset(".,:@-\u2013'\u2019=&?")


def _plain(text: str) -> Iterator[Candidate]:
    for match in _PLAIN.finditer(text):
        start, end = match.span()
        start -= _hangs(text, start)
        end += text[end : end + 1] in ("#", "*") and text[end + 1 : end + 2] != "*"
        value = text[start:end]
        n_digits = sum(map(str.isdigit, value))
        is_grouped = _GROUPED.search(text, max(0, start - 2), start) or _GROUPED_ON.match(text, end)
        if is_grouped and value.isdigit():
            continue
        if value[0] == "#" and value[1:].isdigit() and not _BEHIND_SIGN.search(text, 0, start):
            continue
        if _BRIEF.fullmatch(value) and not _is_part(text, start, end):
            yield Candidate(start, end, "number", ("brief",))
            continue
        is_short = not value.isdigit() and len(value) < LEAST_MARKED and "#" not in value
        if (
            n_digits < SHORT_DIGITS
            or (is_short and not _AMONG.fullmatch(value))
            or value in EXAMPLES
            or _UNIT.search(value)
            or _is_part(text, start, end)
        ):
            continue
        yield Candidate(start, end, "number", (*_forms(value, n_digits),))


# What is pressed at a bell, and else a seat or a flat: "19B".
_BRIEF = lazy_pattern(r"\d{2}[A-Z]")
# "gate - #4071" is dialled, "ticket #4071" is one of many.
_BEHIND_SIGN = lazy_pattern(r"[-:=>\u2013\u2014\u2190-\u21ff] ?$")
_UNIT = lazy_pattern(r"\d(?:[KMGT]B|KM|MM|CM|HZ|AM|PM|EUR|USD|V|W|P|K|KG)$")


# Digits in groups are a number of their own: that of a telephone.
_GROUPED, _GROUPED_ON = lazy_pattern(r"\d[ -]$"), lazy_pattern(r"[ -]\d")
# A time of the day, in full quarters.
_CLOCK = lazy_pattern(r"(?:[01]\d|2[0-3])(?:00|15|30|45)")


def _hangs(text: str, start: int) -> int:
    """Return 1 where a capital or sign hangs on the digits from `start` on."""
    sign = text[start - 1 : start]
    if not sign or not (sign in "#*" or (sign.isupper() and sign < _FIRST_WORDLESS)):
        return 0
    return int(start == 1 or not (text[start - 2].isalnum() or text[start - 2] in "#*"))


def _forms(value: str, n_digits: int) -> Iterator[str]:
    digits = value.strip("#*")
    if digits.endswith("00") and n_digits > SHORT_DIGITS:
        yield "round"
    if value.isdigit() and digits[0] == "0" and n_digits == SENT_DIGITS:
        yield "zero"
    if len(digits) == 4 and digits[:2] in ("18", "19", "20") and digits < LAST_YEAR:
        yield "year"
    elif not value.isdigit():
        is_both = value[0] in "#*" and value.endswith(("#", "*")) and n_digits > SHORT_DIGITS
        yield "keyed" if is_both else "hash" if value.endswith(("#", "*")) else "marked"
    else:
        yield from _forms_by_length(value, n_digits)


def _forms_by_length(value: str, n_digits: int) -> Iterator[str]:
    if n_digits <= SHORT_DIGITS:
        yield "short"
    elif n_digits > SENT_DIGITS:
        yield "many"
    elif n_digits in (4, SENT_DIGITS):
        yield "usual"
        if _CLOCK.fullmatch(value) and not value.endswith("00"):
            yield "clock"
        if n_digits == SENT_DIGITS:
            yield "six"


def _listed(text: str) -> Iterator[Candidate]:
    """Yield digits in groups: "31-8-22", "9 3 0 6", "903 118"."""
    yield from (Candidate(*match.span(), "number", ("groups",)) for match in _DIAL.finditer(text))
    for pattern, form in ((_GROUPS, "groups"), (_SINGLES, "single"), (_PARTS, "parts")):
        for match in pattern.finditer(text):
            n_digits = sum(map(str.isdigit, match[0]))
            if not 3 <= n_digits <= MOST_DIGITS or _is_part(text, *match.span()):
                continue
            if form == "parts" and _PAIR.fullmatch(match[0]):
                yield Candidate(*match.span(), "number", ("pair",))
            elif not _is_date(form, match[0]) and not _TELEPHONE.fullmatch(match[0]):
                is_sent = form == "parts" and n_digits == SENT_DIGITS
                yield Candidate(*match.span(), "number", (form, "six") if is_sent else (form,))


def _is_date(form: str, value: str) -> bool:
    return (form == "groups" and "/" in value) or _YEARS.search(value) is not None


# "My new number is 555-0164": as long as that, in such groups, it is called.
_TELEPHONE = lazy_pattern(r"\d{3}[-\u2013 ]\d{4}")
# Two years or a score, where nothing is done with it: "punch in 80-15".
_PAIR = lazy_pattern(r"\d\d[-\u2013]\d\d")
_YEARS = lazy_pattern(r"^\d\d[-\u2013]\d\d$|(?:19|20)\d\d[ \u2013-]|[ \u2013-](?:19|20)\d\d$")


def _words(text: str) -> Iterator[Candidate]:
    """Yield what looks like a password: letters with signs or digits among them."""
    for chunk in set(text.split()):
        for match in _WORD.finditer(chunk) if _may_be_word(chunk) else ():
            plain = match[0].rstrip(TRAILING).rstrip("]}>)\"'")
            if plain.isalpha():
                continue
            forms = _stronger(_forms_of_word(plain), plain)
            if forms:
                for start in _places(text, plain):
                    yield Candidate(start, start + len(plain), "word", forms)


def _may_be_word(chunk: str) -> bool:
    return len(chunk) > 4 and not chunk.isalpha() and not chunk.isdigit()


def _places(text: str, value: str) -> Iterator[int]:
    start = text.find(value)
    while start >= 0:
        before, after = text[start - 1 : start], text[start + len(value) : start + len(value) + 1]
        is_inside = (before.isalnum() and before < _FIRST_WORDLESS) or (
            after.isalnum() and after < _FIRST_WORDLESS
        )
        if not is_inside and before not in _PATH:
            yield start
        start = text.find(value, start + len(value))


_PATH: Final = frozenset("/@\\.\u3010-")


def _forms_of_word(value: str) -> tuple[str, ...]:
    if len(value) <= 4 or _NO_WORD.match(value) or "/" in value or "://" in value:
        return ()
    is_signed = _SIGNS.search(value) is not None
    if not is_signed and _BARE.fullmatch(value):
        return ("bare",)
    is_mixed = _MIXED.search(value) is not None and not _IDENTIFIER.fullmatch(value)
    if not (is_signed or is_mixed or _WEAK.fullmatch(value)):
        return ()
    if not CHECKS["strong"](value) or is_technical(value):
        return ()
    if is_signed:
        return ("odd",) if len(value) >= ODD_WORD else ("signs",)
    if _OF_ALL.fullmatch(value):
        return ("joined",)
    if not is_mixed or (_NAME.fullmatch(value) and len(value) < SHORT_WORD):
        return ("weak",)
    return ("rich",) if len(value) >= LONG_WORD and _RICH.search(value) else ("mixed",)


def _stronger(forms: tuple[str, ...], value: str) -> tuple[str, ...]:
    """Return the forms of a word, or how much it looks like a password where that weighs more."""
    if not forms and _SNAKE.fullmatch(value):
        return ("snake",)
    level = None if _NO_WORD.match(value) or "/" in value else level_of(value)
    if level is None or not is_odd(value) or is_technical(value):
        return forms
    if _ONE_WORD.fullmatch(value) and level not in _OF_NAMES:
        level = "dated" if _DATED.fullmatch(value) else "uncommon"
    weights = read_data("secrets_evidence")["weights"]["word"]
    return (level,) if weights[level] > total_weight(weights, forms) else forms


# Words and a number may be the name of a thing, as "Apollo11" and "nvidia-driver-535" are.
_ONE_WORD = lazy_pattern(r"[^\W\d_]+\d*(?:[-.][a-z\u00df-\u00ff]+\d*)*[-_.]?\d+[!?]?")
# A word and a year in which somebody was born, and no fair or film.
_DATED = lazy_pattern(r"[^\W\d_]{5,}19[2-9]\d")
_SNAKE = lazy_pattern(
    r"(?=.{9})(?!.*\.(?:com|org|net|io|de|fr|it|es|nl|ru|uk|py|js|md|txt|pdf)$)"
    r"[^\W\d_A-Z]+(?:(?:_[^\W\d_A-Z]+)+|(?:\.[^\W\d_A-Z]+){2,})"
)
_OF_NAMES: Final = ("uncommon", "possible")
LONG_WORD: Final = 12
ODD_WORD: Final = 10
SHORT_WORD: Final = 7
_WEAK = lazy_pattern(rf"[{_LETTER}]{{5,20}}\d")
# Capitals, small letters, digits and a sign that joins words.
_OF_ALL = lazy_pattern(
    r"(?=.*[A-Z\u0410-\u042f])(?=.*[a-z\u0430-\u044f])(?=.*\d)(?=.*[a-z\u0430-\u044f][_.]).*"
)
_RICH = lazy_pattern(rf"[{_LETTER}]{{3,}}\d{{2,}}[{_LETTER}]{{3,}}|[A-Z].*[a-z]\d{{2,}}")
_BARE = lazy_pattern(rf"[{_LETTER}]{{3,}}[!#$%&*=^~][{_LETTER}]{{3,}}[!?]?")


def _spelled(folded: str) -> Iterator[Candidate]:
    """Yield digits that are said in words: "four two double one"."""
    known = vocabulary(folded) & _digit_words()
    for language in languages() if known else ():
        words = digits_of(language)
        if language in WORDLESS or known.isdisjoint(words):
            continue
        for match in _spelled_pattern(language).finditer(folded):
            said = re.findall(r"[^\W\d_]+(?:'[^\W\d_]+)?", match[0])
            if LEAST_SPELLED <= len(said) <= MOST_SPELLED and not _counts(said, words):
                is_long = len(said) > LEAST_SPELLED
                forms = ("spelled", "said") if is_long else ("spelled",)
                yield Candidate(*match.span(), "number", forms)
    if not folded.isascii():
        for match in _WORDLESS_DIGITS.finditer(folded):
            if match[0] not in "\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d":
                yield Candidate(*match.span(), "number", ("spelled",))


_WORDLESS_DIGITS = lazy_pattern(
    "[\u96f6\u3007\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d\u5e7a]{4,8}"
    "|[\uc601\uacf5\uc77c\uc774\uc0bc\uc0ac\uc624\uc721\uce60\ud314\uad6c]{4,8}"
    "|(?:[\uc601\uacf5\uc77c\uc774\uc0bc\uc0ac\uc624\uc721\uce60\ud314\uad6c] ){3,7}"
    "[\uc601\uacf5\uc77c\uc774\uc0bc\uc0ac\uc624\uc721\uce60\ud314\uad6c](?![\uac00-\ud7af])"
)


@cache
def _digit_words() -> frozenset[str]:
    return frozenset(word for language in languages() for word in digits_of(language))


@cache
def _spelled_pattern(language: str) -> re.Pattern[str]:
    words = "|".join(sorted(map(re.escape, digits_of(language)), key=len, reverse=True))
    return re.compile(rf"\b(?:{words})(?:[ ,\u2013-]{{1,3}}(?:{words})(?!\w))+")


def _counts(said: list[str], words: Sequence[str]) -> bool:
    """Tell counting: "one two three four"."""
    order = list(words)
    places = [order.index(word) if word in order else -1 for word in said]
    steps = {after - before for before, after in pairwise(places)}
    return steps == {1} and len(said) < 10


def _papers(text: str) -> Iterator[Candidate]:
    for match in _series().finditer(text):
        yield Candidate(*match.span(), "paper", ("parts", "long"))
    for match in _PAPER.finditer(text):
        # "PESEL 850..." says what it is.
        name = _NAME_OF_PAPER.match(match[0])
        is_name = name is not None and "paper" in classes_of(name[1].lower())
        start, end = match.start() + (name.end() if name and is_name else 0), match.end()
        value = text[start:end]
        n_digits = sum(map(str.isdigit, value))
        least = LEAST_OF_SERIAL if len(value) >= LONG_SERIAL and value.isalnum() else LEAST_PLAIN
        if len(value) > LONGEST_PAPER or n_digits < least or not CHECKS["paper"](value):
            continue
        if _AMOUNT.search(value):
            continue
        if not _is_part(text, start, end):
            yield Candidate(start, end, "paper", tuple(_forms_of_paper(value, n_digits)))


def _forms_of_paper(value: str, n_digits: int) -> Iterator[str]:
    if any(map(str.isalpha, value)):
        yield "letters"
    if not value.isalnum():
        yield "parts"
    if n_digits >= LEAST_PAPER:
        yield "long"
    if n_digits >= LEAST_ACCOUNT:
        yield "account_long"


_AMOUNT = lazy_pattern(r"(?<![\d.])\d+\.\d\d$")
# A series and a number within it: "4509 No. 482917".
_NAME_OF_PAPER = lazy_pattern(r"([A-Z]{3,})[ :.-]+")


@cache
def _series() -> re.Pattern[str]:
    """Return what matches a series and a number with a word for "number" between."""
    words = read_data("secrets_told")["runs"]["number"].split()
    between = "|".join(map(re.escape, words))
    series = rf"(?:\d{{2,4}}|[A-Z\u0410-\u042f]{{2,3}}),? (?:{between})"
    return re.compile(rf"(?<![\w.,-]){series} ?\d{{5,9}}(?!\w)")
