"""Lists of words and patterns are whole: no word is torn where a long line was broken."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

import memcli

PACKAGE = Path(memcli.__file__).parent
SOURCES = {
    str(path.relative_to(PACKAGE)): path.read_text(encoding="utf-8")
    for path in sorted(PACKAGE.rglob("*.py"))
}
DATA = sorted(PACKAGE.rglob("*.toml"))
SHORTEST_LIST = 4
BETWEEN_LITERALS = (tokenize.NL, tokenize.COMMENT)
# Where there is none of these no two literals are joined, and nothing has to be taken apart.
MAY_JOIN = re.compile(r"[\"']\s*(?:#[^\n]*\s*)*\s[rbufRBUF]{0,2}[\"']")


def seams(source):
    """Yield each pair of literals that Python joins, without their quotation marks."""
    if not MAY_JOIN.search(source):
        return
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    told = [token for token in tokens if token.type not in BETWEEN_LITERALS]
    for left, right in pairwise(told):
        if left.type == right.type == tokenize.STRING:
            yield inside(left.string), inside(right.string)


def inside(literal):
    return re.sub(r"^\w*(\"\"\"|'''|\"|')(.*)\1$", r"\2", literal, flags=re.DOTALL)


def torn_at_seams(source):
    """Return the ends of words that a seam runs into: 'sis' + 'ter'."""
    return [
        f"{left.split()[-1]}+{right.split()[0]}"
        for left, right in seams(source)
        if re.fullmatch(r"[\w'-]{2}", left[-1:] + right[:1])
    ]


def texts(source):
    """Yield the plain strings of a module, those that Python joins as one."""
    nodes = list(ast.walk(ast.parse(source)))
    parts = {id(part) for node in nodes for part in values_of_f_string(node)}
    for node in nodes:
        is_text = isinstance(node, ast.Constant) and isinstance(node.value, str)
        if is_text and id(node) not in parts:
            yield node.value


def values_of_f_string(node):
    return node.values if isinstance(node, ast.JoinedStr) else []


def halves(texts):
    """Return the halves of compounds in lists of words: 'sister-'."""
    return [
        word
        for text in texts
        for word in words_of_list(text)
        if re.fullmatch(r"-?[^-].*-|-[^-].+", word)  # "-o" is an option
    ]


def words_of_list(text):
    """Return the words of a string that is nothing but words, between spaces or bars."""
    words = re.split(r"[\s|]+", text.strip())
    is_list = re.fullmatch(r"[\w\s|'\u2019-]+", text) and len(words) >= SHORTEST_LIST
    return words if is_list else []


def test_no_word_is_torn():
    torn = {name: torn_at_seams(text) + halves(texts(text)) for name, text in SOURCES.items()}
    # What keys of services begin with ends with a hyphen.
    cues = [path for path in DATA if path.name != "secrets.toml"]
    torn |= {path.name: halves(leaves(tomllib.loads(path.read_text("utf-8")))) for path in cues}
    assert {name: words for name, words in torn.items() if words} == {}


def leaves(data):
    """Yield the strings of a data file; a list of words is one of them."""
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict | list):
        for value in data.values() if isinstance(data, dict) else data:
            yield from leaves(value)


def test_torn_words_are_found_in_data():
    data = tomllib.loads('a.b = [{ c = """wife sister-\n in-law girl woman""" }]\nd = "un- is"')
    assert halves(leaves(data)) == ["sister-"]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("A = ('wife sister-'\n ' in-law girl woman')", ["sister-"]),
        ("A = '''\n wife sister-\n in-law girl '''.split()", ["sister-"]),
        ("A = ('wife sis'\n 'ter girl woman')", ["sis+ter"]),
        ("A = frozenset(('one two'  # why\n 'three four').split())", ["two+three"]),
        ("A = ('on|in|at'\n 'by|of')", ["on|in|at+by|of"]),
        ("A = (rf'{B}|on'\n r'by|(?:of)')", ["{B}|on+by|(?:of)"]),
        ("A = ('wife sister-in-law'\n ' girl woman')", []),
        ("A = ('wife sister-in-law '\n 'girl woman')", []),
        ("A = ('on|in|at'\n '|by|of')", []),
        ("A = 'un- is a beginning.'", []),
    ],
)
def test_torn_words_are_found(source, words):
    assert torn_at_seams(source) + halves(texts(source)) == words


def escaped_breaks(source):
    """Return the lines of the strings that hold a backslash before the end of a line."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.search(r"(?<!\\)(?:\\\\)*\\\n", node.value)
    ]


def test_no_pattern_escapes_the_end_of_a_line_in_place_of_a_space():
    # A script for a shell is no pattern.
    lines = {n: escaped_breaks(text) for n, text in SOURCES.items() if n != "cli/completions.py"}
    assert {name: found for name, found in lines.items() if found} == {}


@pytest.mark.parametrize(
    ("source", "count"),
    [
        ('A = re.compile(r"""on\\\n  hold""", re.VERBOSE)', 1),
        ('A = re.compile(rf"""{B}|on\\\n  hold""", re.VERBOSE)', 1),
        ('A = re.compile(r"""on\\ hold\\ \n  |off""", re.VERBOSE)', 0),
        ('A = """on\\\n  hold"""', 0),
    ],
)
def test_escaped_ends_of_lines_are_found(source, count):
    assert len(escaped_breaks(source)) == count
