"""A small test collection from the docstrings of installed Python packages, for bench tests.

A question is the first sentence of a docstring; the rest of it is what should be found. Packages
are parted by their name's hash: questions are of one part, texts to learn from of the other.
"""

import ast
import re
from hashlib import blake2b
from pathlib import Path

MAX_CHARACTERS = 1_000
_FIRST = re.compile(r"(.+?[.!?])(?:\s|$)", re.S)
_SPACE = re.compile(r"\s+")


def is_held_out(package):
    """Say whether a package is one of the quarter from which the questions are."""
    return blake2b(package.encode(), digest_size=4).digest()[0] % 4 == 0


def docstrings(folders, max_files=4_000):
    """Yield package and docstring of all modules, classes and functions under some folders."""
    for folder in folders:
        for path in sorted(Path(folder).rglob("*.py"))[:max_files]:
            package = path.relative_to(folder).parts[0].removesuffix(".py")
            try:
                tree = ast.parse(path.read_text("utf-8"))
            except (SyntaxError, ValueError, RecursionError):
                continue
            kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
            for node in ast.walk(tree):
                if isinstance(node, kinds) and (text := ast.get_docstring(node)):
                    yield package, text


def build(folders):
    """Return questions with their documents, each of both once, and passages to learn from."""
    pairs, passages = {}, set()
    documents = set()
    for package, text in docstrings(folders):
        if not is_held_out(package):
            passages.update(
                _SPACE.sub(" ", part).strip()[:MAX_CHARACTERS] for part in text.split("\n\n")
            )
        elif (pair := _parted(text)) and pair[0] not in pairs and pair[1] not in documents:
            pairs[pair[0]] = pair[1]
            documents.add(pair[1])
    return pairs, sorted(passage for passage in passages if len(passage) >= 30)


def _parted(text):
    """Return the first sentence and the rest, if both are long enough to say something."""
    first = _FIRST.match(text)
    if first is None:
        return None
    question = _SPACE.sub(" ", first[1])
    document = _SPACE.sub(" ", text[first.end() :]).strip()[:MAX_CHARACTERS]
    return (question, document) if len(question.split()) >= 5 and len(document) >= 150 else None
