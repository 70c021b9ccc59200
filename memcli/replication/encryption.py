"""Encryption of bundles with age: for whom one is, and who may read one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO, Any, Final, TypeAlias

from store.errors import BadBundle, BadUsage, InputNotFound
from store.files import io_errors

# Keys of pyrage, which has no types.
Recipient: TypeAlias = Any
Identity: TypeAlias = Any
# A file of keys holds a few lines.
MAX_KEY_FILE: Final = 1 << 20
SSH_KEY: Final = "ssh-"
SECRET: Final = "AGE-SECRET-KEY-"
NO_KEY: Final = "name the file of its key with --identity"


def recipients_of(given: Sequence[str]) -> list[Recipient]:
    """
    Return the recipients that are named: age1..., an SSH key, or a file with one a line.

    BadUsage for what is none, InputNotFound for a file that is not there.
    """
    found: list[Recipient] = []
    for text in given:
        is_key = text.startswith(("age1", SSH_KEY))
        lines = [text] if is_key else list(_lines(Path(text)))
        if not lines:
            raise BadUsage(f"{text} names no recipient", "it has one a line: age1..., ssh-ed25519")
        found += [_recipient(line) for line in lines]
    return found


def _recipient(text: str) -> Recipient:
    from pyrage import RecipientError, ssh, x25519

    try:
        made: Recipient = (
            ssh.Recipient.from_str(text)
            if text.startswith(SSH_KEY)
            else x25519.Recipient.from_str(text)
        )
    except RecipientError as error:
        what = f"{text[:20]!r} is no recipient: {error}"
        raise BadUsage(what, "age-keygen makes a key; its public part begins with age1") from error
    return made


def identities_of(paths: Sequence[Path]) -> list[Identity]:
    """Return the identities in files, of age or SSH; BadUsage for a file with none."""
    return [identity for path in paths for identity in _identities(path)]


def _identities(path: Path) -> list[Identity]:
    from pyrage import IdentityError, ssh, x25519

    data = _read(path)
    try:
        if b"PRIVATE KEY" in data:
            return [ssh.Identity.from_buffer(data)]
        lines = [line for line in _lines(path) if line.startswith(SECRET)]
        if not lines:
            raise BadUsage(f"{path} holds no identity", "age-keygen makes one")
        return [x25519.Identity.from_str(line) for line in lines]
    except IdentityError as error:
        raise BadUsage(f"{path} holds no identity: {error}", "age-keygen makes one") from error


def encrypt(plain: IO[bytes], out: IO[bytes], recipients: Sequence[Recipient]) -> None:
    """Write a file so that only its recipients can read it."""
    import pyrage

    with io_errors("write the bundle"):
        pyrage.encrypt_io(plain, out, list(recipients))


def decrypt(name: str, packed: IO[bytes], out: IO[bytes], identities: Sequence[Identity]) -> None:
    """Write what a file says to one of its recipients; BadBundle where none of them reads it."""
    import pyrage

    if not identities:
        raise BadBundle(f"{name} is encrypted", NO_KEY)
    with io_errors(f"read {name}"):
        try:
            pyrage.decrypt_io(packed, out, list(identities))
        except (pyrage.DecryptError, OSError) as error:
            if getattr(error, "errno", None):
                raise
            what = f"{name} is for another key, cut short or damaged: {error}"
            raise BadBundle(what, NO_KEY) from error


def _lines(path: Path) -> Iterator[str]:
    """Yield the lines of a file of keys, without comments."""
    for line in _read(path).decode("utf-8", "replace").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.strip()


def _read(path: Path) -> bytes:
    with io_errors(f"read {path}"):
        try:
            with path.open("rb") as file:
                return file.read(MAX_KEY_FILE)
        except FileNotFoundError:
            raise InputNotFound(f"there is no file {path}", "age-keygen makes a key") from None
