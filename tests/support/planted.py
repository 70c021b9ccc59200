"""
Planted secrets: turns of tests/data/planted_secrets.toml with values made from seeds.

No value belongs to anybody; those that have check digits have right ones.
"""

from __future__ import annotations

import base64
import hashlib
import random
import re
import string
import tomllib
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from tests.support.paths import ROOT

UPPER, LOWER, DIGITS = string.ascii_uppercase, string.ascii_lowercase, string.digits
LETTERS: Final = string.ascii_letters + DIGITS
HEX: Final = "0123456789abcdef"
BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
BIRDS: Final = "Heron Falke Colibri Martin Zebra Blauw Merle Tulip Kartal Sokol Gaviota".split()
WORDS: Final = "swordfish marmalade periwinkle tangerine quicksilver butterscotch".split()
SEED: Final = (
    "abandon ladder velvet orbit crater dune walnut mosaic ribbon tunnel harvest pistol"
    " cactus lemon puzzle stove anchor genre hockey laptop meadow nephew oyster parade"
).split()
BEFORE: Final = " // "


class Planted(NamedTuple):
    """A turn with secrets in it, and the turn before; `values` are what must not be seen."""

    kind: str
    language: str
    before: str
    text: str
    values: tuple[str, ...]
    is_held_out: bool


def planted(seed: int = 0) -> Iterator[Planted]:
    """Yield all planted turns; another seed gives other values."""
    kinds = tomllib.loads((ROOT / "tests/data/planted_secrets.toml").read_text("utf-8"))
    for kind, languages in kinds.items():
        texts = [(lang, text) for lang, some in languages.items() for text in some]
        for number, (language, text) in enumerate(texts):
            rng = random.Random(f"{seed} {kind} {text}")
            yield _planted(kind, language, text, rng, is_held_out=bool(number % 2))


def clean_turns(count: int, seed: int = 0) -> Iterator[tuple[str, str]]:
    """Yield turns without a secret, each with the turn before; the numbers in them differ."""
    lists = tomllib.loads((ROOT / "tests/data/clean_turns.toml").read_text("utf-8"))
    texts = [text for some in lists.values() for text in some]
    rng = random.Random(seed)
    for number in range(count):
        whole, _ = filled(texts[number % len(texts)], rng)
        before, _, said = whole.rpartition(BEFORE)
        yield before, said


def _planted(kind: str, language: str, text: str, rng: random.Random, is_held_out: bool) -> Planted:
    whole, values = filled(text, rng)
    before, _, said = whole.rpartition(BEFORE)
    return Planted(kind, language, before, said, tuple(values), is_held_out)


def filled(text: str, rng: random.Random) -> tuple[str, list[str]]:
    """Return a text with values for its names in braces, and these."""
    values: list[str] = []

    def made(found: re.Match[str]) -> str:
        values.append(value(found[1], rng))
        return values[-1]

    return re.sub(r"\{([a-z][a-z_0-9]*)\}", made, text), values


def value(name: str, rng: random.Random) -> str:
    """Return a secret of a name: `n4` are four digits, `hex32` so many of base 16."""
    if name in _MAKERS:
        return _MAKERS[name](rng)
    kind, length = re.fullmatch(r"([a-z]+)(\d+)", name).groups()  # type: ignore[union-attr]
    return some(rng, {"n": DIGITS, "hex": HEX, "key": LETTERS}[kind], int(length))


def some(rng: random.Random, alphabet: str, length: int) -> str:
    """Return random characters; of digits the first is none that is read as nothing or a year."""
    if alphabet is DIGITS:
        return rng.choice("345678") + "".join(rng.choices(DIGITS, k=length - 1))
    return "".join(rng.choices(alphabet, k=length))


# ---------------------------------------------------------------- passwords


def _password(rng: random.Random) -> str:
    bird, other = rng.sample(BIRDS, 2)
    number = rng.randrange(10, 100)
    forms = (f"{bird}{number}", f"{bird}!{other}{number}", f"{bird.lower()}{number}x")
    return rng.choice((*forms, f"{bird}-{other}-{number}", some(rng, LETTERS, 11) + "7"))


def _phrase(rng: random.Random) -> str:
    return " ".join(rng.sample(WORDS, 4))


# ---------------------------------------------------------------- numbers with check digits


def luhn_digit(digits: str) -> str:
    """Return the digit that makes a card number of these."""
    doubled = [sum(divmod(2 * int(d), 10)) for d in digits[::-2]]
    return str(-(sum(doubled) + sum(map(int, digits[-2::-2]))) % 10)


def _card(rng: random.Random) -> str:
    digits = rng.choice(("4", "51", "55")).ljust(15, "x")
    digits = "".join(rng.choice(DIGITS) if d == "x" else d for d in digits)
    return digits + luhn_digit(digits)


def _grouped(text: str, sign: str) -> str:
    return sign.join(re.findall(".{1,4}", text))


def _amex(rng: random.Random) -> str:
    digits = "37" + some(rng, DIGITS, 12)
    return digits + luhn_digit(digits)


def iban(country: str, body: str) -> str:
    """Return an account number of a country with its check digits."""
    turned = "".join(str(int(c, 36)) for c in f"{body}{country}00")
    return f"{country}{98 - int(turned) % 97:02}{body}"


def _iban(country: str, form: str) -> Callable[[random.Random], str]:
    kinds = {"9": DIGITS, "A": UPPER}
    return lambda rng: iban(country, "".join(rng.choice(kinds[c]) for c in form))


def _steuer_id(rng: random.Random) -> str:
    digits, product = "8" + "".join(rng.choices(DIGITS, k=9)), 10
    for digit in digits:
        total = (int(digit) + product) % 10 or 10
        product = total * 2 % 11
    return digits + str((11 - product) % 10)


def _dni(rng: random.Random) -> str:
    number = rng.randrange(10_000_000, 99_999_999)
    return f"{number}{'TRWAGMYFPDXBNJZSQVHLCKE'[number % 23]}"


def _nie(rng: random.Random) -> str:
    first, number = rng.randrange(3), rng.randrange(1_000_000, 9_999_999)
    whole = int(f"{first}{number}")
    return f"{'XYZ'[first]}{number}{'TRWAGMYFPDXBNJZSQVHLCKE'[whole % 23]}"


def _nir(rng: random.Random) -> str:
    body = f"2{rng.randrange(60, 99)}0{rng.randrange(1, 10)}75{some(rng, DIGITS, 6)}"
    return f"{body}{97 - int(body) % 97:02}"


def _codice_fiscale(rng: random.Random) -> str:
    consonants = "BCDFGLMNPRSTV"
    body = some(rng, consonants, 6) + f"{rng.randrange(40, 99)}{rng.choice('ABCDEHLMPRST')}"
    body += f"{rng.randrange(1, 29):02}{rng.choice('FHL')}{some(rng, DIGITS, 3)}"
    odd = dict(
        zip(
            DIGITS + UPPER,
            "1 0 5 7 9 13 15 17 19 21 1 0 5 7 9 13 15 17 19 21 2 4 18 20 11 3 6 8 12 14 16 10 22"
            " 25 24 23".split(),
            strict=True,
        )
    )
    even = {**{d: int(d) for d in DIGITS}, **{c: i for i, c in enumerate(UPPER)}}
    total = sum(int(odd[c]) for c in body[::2]) + sum(even[c] for c in body[1::2])
    return body + UPPER[total % 26]


def _cpf(rng: random.Random) -> str:
    digits = some(rng, DIGITS, 9)
    for n in (10, 11):
        total = sum(int(d) * w for d, w in zip(digits, range(n, 1, -1), strict=True))
        digits += str(total * 10 % 11 % 10)
    return f"{digits[:3]}.{digits[3:6]}.{digits[6:9]}-{digits[9:]}"


def _snils(rng: random.Random) -> str:
    digits = some(rng, DIGITS, 9)
    total = sum(int(d) * w for d, w in zip(digits, range(9, 0, -1), strict=True)) % 101 % 100
    return f"{digits[:3]}-{digits[3:6]}-{digits[6:]} {total:02}"


def _resident_id(rng: random.Random) -> str:
    body = f"1101051988{rng.randrange(1, 13):02}{rng.randrange(1, 29):02}{some(rng, DIGITS, 3)}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def _pesel(rng: random.Random) -> str:
    body = f"88{rng.randrange(1, 13):02}{rng.randrange(1, 29):02}{some(rng, DIGITS, 4)}"
    weights = (1, 3, 7, 9, 1, 3, 7, 9, 1, 3)
    return body + str(-sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 10)


def _wif(rng: random.Random) -> str:
    body = b"\x80" + rng.randbytes(32) + b"\x01"
    check = hashlib.sha256(hashlib.sha256(body).digest()).digest()[:4]
    number, said = int.from_bytes(body + check), ""
    while number:
        number, rest = divmod(number, 58)
        said = BASE58[rest] + said
    return said


# ---------------------------------------------------------------- keys


def _base64(rng: random.Random, length: int) -> str:
    return base64.b64encode(rng.randbytes(length)).decode()


def _jwt(rng: random.Random) -> str:
    parts = (b'{"alg":"HS256"}', b'{"sub":"%d"}' % rng.randrange(10**9), rng.randbytes(32))
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


def _pem(rng: random.Random) -> str:
    name = "OPENSSH PRIVATE" + " KEY"  # in two, so that no scanner takes this file for a leak
    return f"-----BEGIN {name}-----\n{_base64(rng, 48)}\n{_base64(rng, 30)}\n-----END {name}-----"


def _putty(rng: random.Random) -> str:
    return (
        "PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\nComment: x\nPublic-Lines: 1\n"
        f"{_base64(rng, 36)}\nPrivate-Lines: 1\n{_base64(rng, 36)}\n"
        f"Private-MAC: {some(rng, HEX, 64)}"
    )


def _of(prefix: str, alphabet: str, length: int, end: str = "") -> Callable[[random.Random], str]:
    return lambda rng: prefix + some(rng, alphabet, length) + end


def _parts(form: str, alphabet: str = LETTERS) -> Callable[[random.Random], str]:
    """Return what fills in each x of a form."""
    return lambda rng: re.sub("x", lambda _: rng.choice(alphabet), form)


_MAKERS: Final[dict[str, Callable[[random.Random], str]]] = {
    "password": _password,
    "password_url": lambda rng: re.sub(r"[^A-Za-z0-9]", "", _password(rng)),
    "word": lambda rng: rng.choice(WORDS),
    "phrase": _phrase,
    "seed": lambda rng: " ".join(rng.sample(SEED, 12)),
    "basic": lambda rng: base64.b64encode(f"bob:{_password(rng)}".encode()).decode(),
    "azure": lambda rng: _base64(rng, 64),
    "pem": _pem,
    "puttykey": _putty,
    "agekey": _of("AGE-SECRET-" + "KEY-1", "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L", 58),
    "wif": _wif,
    "xprv": _of("xprv9", BASE58, 106),
    "aws": _of("AKIA", UPPER + "234567", 16),
    "awssecret": lambda rng: _base64(rng, 30),
    "ghp": _of("ghp_", LETTERS, 36),
    "ghpat": _of("github_pat_", LETTERS, 40),
    "glpat": _of("glpat-", LETTERS, 20),
    "xoxb": lambda rng: f"xoxb-{some(rng, DIGITS, 12)}-{some(rng, LETTERS, 24)}",
    "slackhook": _parts("https://hooks.slack" + ".com/services/Txxxxxxxx/Bxxxxxxxx/" + "x" * 24),
    "discordhook": lambda rng: (
        f"https://discord.com/api/webhooks/{some(rng, DIGITS, 18)}/{some(rng, LETTERS, 68)}"
    ),
    "stripe": _of("sk_" + "live_", LETTERS, 24),
    "openai": _of("sk-" + "proj-", LETTERS, 48),
    "anthropic": _of("sk-" + "ant-api03-", LETTERS, 93, "AA"),
    "groq": _of("gsk_", LETTERS, 52),
    "aiza": _of("AIza", LETTERS, 35),
    "ya29": _of("ya29" + ".a0", LETTERS, 60),
    "dop": _of("dop_" + "v1_", HEX, 64),
    "shpat": _of("shpat" + "_", HEX, 32),
    "hvs": _of("hvs" + ".", LETTERS, 90),
    "dapi": _of("dapi", HEX, 32),
    "dckr": _of("dckr_" + "pat_", LETTERS, 27),
    "npm": _of("npm_", LETTERS, 36),
    "pypi": _of("pypi-" + "AgEIcHlwaS5vcmc", LETTERS, 60),
    "hf": _of("hf_", LETTERS, 34),
    "sendgrid": _parts("SG" + "." + "x" * 22 + "." + "x" * 43),
    "telegram": lambda rng: f"{some(rng, DIGITS, 10)}:AA{some(rng, LETTERS, 33)}",
    "discordbot": _parts("MT" + "x" * 22 + ".G" + "x" * 5 + "." + "x" * 38),
    "jwt": _jwt,
    "license": _parts("-".join(["xxxxx"] * 5), UPPER + DIGITS),
    "card": _card,
    "card4": lambda rng: _grouped(_card(rng), " "),
    "carddots": lambda rng: _grouped(_card(rng), "."),
    "carddash": lambda rng: _grouped(_card(rng), "-"),
    "amex": _amex,
    "ibangb": _iban("GB", "AAAA99999999999999"),
    "ibande4": lambda rng: _grouped(_iban("DE", "9" * 18)(rng), " "),
    "ibanlow": lambda rng: _iban("DE", "9" * 18)(rng).lower(),
    "ibanfr": lambda rng: _grouped(_iban("FR", "9" * 23)(rng), " "),
    "ibannl": _iban("NL", "AAAA9999999999"),
    "ibanes": _iban("ES", "9" * 20),
    "sort": lambda rng: "-".join(f"{rng.randrange(10, 99)}" for _ in range(3)),
    "ssn": lambda rng: f"{rng.randrange(100, 600)}-{rng.randrange(10, 99)}-{some(rng, DIGITS, 4)}",
    "ssnplain": lambda rng: f"{rng.randrange(100, 600)}{rng.randrange(10, 99)}4321",
    "ssnspace": lambda rng: f"{rng.randrange(100, 600)} {rng.randrange(10, 99)} 4321",
    "svnr": lambda rng: f"65 1{some(rng, DIGITS, 5)} M 0{some(rng, DIGITS, 2)}",
    "nir": _nir,
    "passport": lambda rng: some(rng, "CFGHJK", 2) + some(rng, DIGITS, 7),
    "passportru": lambda rng: f"{some(rng, DIGITS, 4)} {some(rng, DIGITS, 6)}",
    "licence": lambda rng: some(rng, UPPER, 1) + some(rng, DIGITS, 7),
    "ein": lambda rng: f"{some(rng, DIGITS, 2)}-{some(rng, DIGITS, 7)}",
    "nino": lambda rng: (
        f"AB {rng.randrange(10, 99)} {rng.randrange(10, 99)} {rng.randrange(10, 99)} C"
    ),
    "steuerid": _steuer_id,
    "steuernr": lambda rng: f"{some(rng, DIGITS, 2)}/{some(rng, DIGITS, 3)}/{some(rng, DIGITS, 5)}",
    "dni": _dni,
    "nie": _nie,
    "codfis": _codice_fiscale,
    "cpf": _cpf,
    "snils": _snils,
    "cnid": _resident_id,
    "pesel": _pesel,
    "uuid": lambda rng: "-".join(some(rng, HEX, n) for n in (8, 4, 4, 4, 12)),
    "combo": lambda rng: "-".join(str(rng.randrange(10, 40)) for _ in range(3)),
    "recovery": lambda rng: f"{some(rng, HEX, 4)}7-{some(rng, HEX, 4)}3",
    "surname": lambda rng: rng.choice("Kowalski Brandt Lefebvre Moreno Quispe Varga".split()),
}
