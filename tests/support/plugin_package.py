"""A package with a plug-in of each kind, as an author would write it and pip would install it."""

from __future__ import annotations

from pathlib import Path

NAME, VERSION = "memcli-extra", "1.2"
MODULE = '''
"""One plug-in of each kind."""

import hashlib
from dataclasses import dataclass

import numpy as np

from memcli.algorithms.decay import Policy
from memcli.ingestion.transcripts import Accepted, Rejected
from memcli.records import Message
from store.errors import BadRecord


class Bang:
    """Reads lines of the form !name!words."""

    extensions = (".bang",)

    def sniff(self, head):
        return head.startswith(b"!")

    def read(self, source):
        for number, line in enumerate(source.stream, 1):
            _, *parts = line.decode().rstrip("\\n").split("!", 2)
            if len(parts) == 2:
                message = Message(v=1, content=parts[1], name=parts[0], session_id="bang")
                yield Accepted(message, source.path, number)
            else:
                error = BadRecord("no !name!words", path=source.path, line=number)
                yield Rejected(error, line)


class Longest:
    """Prefers hits that have a word, else long ones."""

    def __init__(self, arguments):
        self.word = arguments

    def score(self, query, hits):
        return [1e6 * (self.word in hit.text) + len(hit.text) for hit in hits]

    def usage(self):
        return None


class Letters:
    """Counts letters: 32 numbers a text."""

    name, dimension, edition = "letters", 32, "1"

    def encode(self, texts):
        vectors = np.zeros((len(texts), self.dimension), np.float32)
        for row, text in zip(vectors, texts, strict=True):
            for letter in text.lower():
                row[ord(letter) % self.dimension] += 1
        return vectors

    def count_tokens(self, texts):
        return [len(text.split()) for text in texts]

    def fingerprint(self):
        return hashlib.sha256(self.edition.encode()).hexdigest()


@dataclass(frozen=True)
class Cliff(Policy):
    """All is left until a day, and nothing after it."""

    cliff_days: float = 30.0

    def retention(self, anchors):
        return (anchors.idle_days < self.cliff_days).astype(float)


class Titles:
    """Writes the text of each memory in a line."""

    suffix = ".titles"

    def write(self, contents, path):
        with path.open("w", encoding="utf-8") as file:
            for part, batch in contents.batches():
                if part.kind == "memory":
                    file.writelines(f"{text}\\n" for text in batch["text"].to_pylist())
'''
ENTRY_POINTS = """
[memcli.importers]
bang = memcli_extra:Bang
broken = memcli_extra.broken:Importer

[memcli.rerankers]
longest = memcli_extra:Longest
broken = memcli_extra.broken:Reranker

[memcli.encoders]
letters = memcli_extra:Letters
broken = memcli_extra.broken:Encoder

[memcli.decay_policies]
cliff = memcli_extra:Cliff
broken = memcli_extra.broken:Policy

[memcli.exporters]
titles = memcli_extra:Titles
broken = memcli_extra.broken:Exporter
"""


def install(folder: Path) -> Path:
    """Put the package into a folder of modules, which PYTHONPATH may name, and return it."""
    package = folder / "memcli_extra"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(MODULE, "utf-8")
    (package / "broken.py").write_text("import a_module_that_nobody_has\n", "utf-8")
    about = folder / f"memcli_extra-{VERSION}.dist-info"
    about.mkdir()
    head = f"Metadata-Version: 2.1\nName: {NAME}\nVersion: {VERSION}\n"
    (about / "METADATA").write_text(head, "utf-8")
    (about / "entry_points.txt").write_text(ENTRY_POINTS, "utf-8")
    return folder
