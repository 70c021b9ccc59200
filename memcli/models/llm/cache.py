"""
Cache and budget of a language model: what was answered once is not asked again.

A run that was killed, or that is repeated, takes up its answers from the cache for nothing. Put
the cache around the meter, so that only what is really asked is counted:
`CachedModel(MeteredModel(model, budget), folder)`.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

from memcli.models.llm.base import LanguageModel, Reply, Schema
from memcli.models.llm.text import estimated_tokens, parse_json
from store.errors import BudgetExhausted, InvalidAnswer
from store.files import io_errors, write_whole
from store.symlinks import OwnFolder, own_folder

__all__ = ["Budget", "CachedModel", "MeteredModel", "purge"]

DIGEST_BYTES: Final = 20
SUFFIX: Final = ".json"
# What a purge takes for an entry, or for one that was never finished; all else is not ours.
ENTRY: Final = re.compile(r"[0-9a-f]{40}\.json|\.[0-9a-f]{40}\.json\.\d+-\d+\.tmp")
# A prompt may hold only the beginning of a long turn, so that is what a purge looks for.
PURGED_BEGINNING: Final = 500


# ---------------------------------------------------------------- the budget


@dataclass(slots=True)
class Budget:
    """
    What the model has used of the tokens that a run may use; no `max_tokens`, no limit.

    `is_estimated` says that some of the counts are guesses, as the service gave none.
    """

    max_tokens: int | None = None
    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0
    is_estimated: bool = False

    @property
    def used(self) -> int:
        """How many tokens are used, of prompts and answers together."""
        return self.prompt_tokens + self.completion_tokens

    def require(self, prompt_tokens: int) -> None:
        """Raise BudgetExhausted when a prompt of about so many tokens goes beyond the limit."""
        if self.max_tokens is not None and self.used + prompt_tokens > self.max_tokens:
            raise BudgetExhausted(
                f"{self.used} of {self.max_tokens} tokens are used, the next call needs about "
                f"{prompt_tokens} and its answer",
                "raise --max-tokens",
            )

    def spend(self, reply: Reply) -> None:
        """Count an answer and its prompt."""
        self.calls += 1
        self.prompt_tokens += reply.prompt_tokens
        self.completion_tokens += reply.completion_tokens
        self.is_estimated |= reply.is_estimated


@dataclass(frozen=True, slots=True)
class MeteredModel:
    """A model whose tokens are counted; it raises BudgetExhausted instead of asking too much.

    The last answer may pass the limit: its length is not known before.
    """

    model: LanguageModel
    budget: Budget

    @property
    def name(self) -> str:
        """Return the name of the model."""
        return self.model.name

    def complete(self, system: str, user: str, schema: Schema) -> Reply:
        """Ask the model if the budget allows it."""
        self.budget.require(estimated_tokens(system) + estimated_tokens(user))
        reply = self.model.complete(system, user, schema)
        self.budget.spend(reply)
        return reply


# ---------------------------------------------------------------- the cache


class _Entry(msgspec.Struct):
    """A file of the cache: what was asked, so that a purge can find it, and the answer."""

    system: str
    user: str
    text: str
    prompt_tokens: int
    completion_tokens: int
    is_estimated: bool = False


class CachedModel:
    """
    A model with a folder of its answers, one file each, named by a hash of what was asked.

    Answers that were cut off or are no JSON are not kept: the model may do better the next time.
    The folder is made with mode 0700, its files with 0600; StoreIOError where that fails. `hits`
    counts the answers that were there.
    """

    def __init__(self, model: LanguageModel, folder: Path) -> None:
        self.model, self.folder = model, folder
        self.hits = 0
        with _keeping(folder):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    @property
    def name(self) -> str:
        """Return the name of the model."""
        return self.model.name

    def complete(self, system: str, user: str, schema: Schema) -> Reply:
        """Return the kept answer to these very words, or ask the model and keep what it says."""
        path = self.folder / (_digest(self.name, system, user, schema) + SUFFIX)
        kept = _kept(path)
        if kept and (kept.system, kept.user) == (_storable(system), _storable(user)):
            used = (kept.prompt_tokens, kept.completion_tokens, kept.is_estimated)
            self.hits += 1
            return Reply(kept.text, *used, is_cached=True)
        reply = self.model.complete(system, user, schema)
        if _is_worth_keeping(reply):
            _keep(path, system, user, reply)
        return reply

    def purge(self, texts: Iterable[str]) -> int:
        """Remove every answer whose request or text holds one of these texts; return how many."""
        return purge(self.folder, texts)


def purge(
    folder: Path, texts: Iterable[str], is_told: Callable[[str], bool] = lambda text: False
) -> int:
    """
    Remove the answers of a cache in which one of the texts stands; return how many.

    is_told: says of a request or an answer whether it tells what is to go in other words. Needs no
    model. Of a long text the beginning is looked for, as a prompt may hold no more of it. Entries
    that are damaged, or were never finished, go too: nobody knows what is in them. No folder is an
    empty cache; a link in its place is not followed (StoreCorrupt), and what is not named as an
    entry is not ours.
    """
    wanted = tuple(dict.fromkeys(form for text in texts for form in _forms(text)))
    removed = 0
    with _keeping(folder), own_folder(folder.parent.parent, *folder.parts[-2:]) as files:
        for name in files.names() if wanted and files else ():
            if files and ENTRY.fullmatch(name) and _holds(_kept_in(files, name), wanted, is_told):
                files.unlink(name)
                removed += 1
    return removed


def _forms(text: str) -> set[str]:
    """Return a text as it may stand in an entry: plain, or inside a JSON string of two kinds."""
    start = _storable(text).strip()[:PURGED_BEGINNING].rstrip()
    quoted = (json.dumps(start, ensure_ascii=False), json.dumps(start))
    return {start, *(form[1:-1] for form in quoted)} if start else set()


def _holds(entry: _Entry | None, wanted: Sequence[str], is_told: Callable[[str], bool]) -> bool:
    """Say whether one of the texts stands in an entry, or may stand in one that is unreadable."""
    import pyarrow as pa

    from store.traces import rows_with

    if entry is None:
        return True
    if rows_with(pa.array([entry.user, entry.text, entry.system]), wanted):
        return True
    return is_told(entry.user) or is_told(entry.text)  # the system prompt is memcli's own words


def _storable(text: str) -> str:
    """Return a text as UTF-8 can hold it: without halves of surrogate pairs."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _digest(name: str, system: str, user: str, schema: Schema) -> str:
    """Return the hash of a request to a model."""
    asked = json.dumps([name, system, user, schema], sort_keys=True)
    return hashlib.blake2b(asked.encode("ascii"), digest_size=DIGEST_BYTES).hexdigest()


def _is_worth_keeping(reply: Reply) -> bool:
    """Say whether an answer is whole and holds JSON."""
    with suppress(InvalidAnswer):
        parse_json(reply.text)
        return not reply.is_truncated
    return False


def _kept(path: Path) -> _Entry | None:
    """Read an entry; None where there is none or it is damaged."""
    try:
        return _read(path.read_bytes())
    except OSError:
        return None


def _kept_in(files: OwnFolder, name: str) -> _Entry | None:
    """Read an entry of a folder; None for one that is damaged."""
    try:
        return _read(files.read(name))
    except OSError:
        return None


def _read(content: bytes) -> _Entry | None:
    """Return the entry that a file holds; None where it is damaged."""
    try:
        return msgspec.json.decode(content, type=_Entry)
    except (ValueError, RecursionError):
        return None


def _keep(path: Path, system: str, user: str, reply: Reply) -> None:
    """Write an entry so that it is there whole or not at all."""
    asked = (_storable(system), _storable(user))
    used = (reply.prompt_tokens, reply.completion_tokens)
    entry = _Entry(*asked, _storable(reply.text), *used, is_estimated=reply.is_estimated)
    content = msgspec.json.encode(entry)
    with _keeping(path.parent):
        write_whole(path, content, mode=0o600)


def _keeping(folder: Path) -> AbstractContextManager[None]:
    remedy = "free some space, or check its permissions"
    return io_errors(f"keep the model's answers in {folder}", remedy)
