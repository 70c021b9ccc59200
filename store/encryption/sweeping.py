"""
Sweeping: working copies that nobody uses are removed, once they are not kept any longer.

Whoever uses a copy has a shared lock on the file beside it. As a program of its own,
`python -I -S sweeping.py FOLDER`, it waits until a copy's minutes are over, and imports nothing of
ours, for it is in memory for as long.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
import time

# Beside the folder: the file that its users lock.
USERS = ".users"
# In the folder: until when it is kept, in seconds since 1970; the lock of the process that waits.
KEPT, SWEEPER = "kept-until", "sweeper.lock"
FLAGS = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
LOOK_AGAIN_S = 15.0


def take_part(folder: str) -> int:
    """Return the descriptor of a shared lock on the use of a copy."""
    while True:
        number = os.open(folder + USERS, FLAGS, 0o600)
        fcntl.flock(number, fcntl.LOCK_SH)
        if _is_there(number, folder):
            return number
        os.close(number)  # it was removed together with the copy


def _is_there(number: int, folder: str) -> bool:
    try:
        return os.path.samestat(os.fstat(number), os.stat(folder + USERS))
    except FileNotFoundError:
        return False


def kept_until(folder: str) -> float:
    """Return until when a copy is to be kept, 0 for one that is not."""
    try:
        with open(os.path.join(folder, KEPT), encoding="ascii") as file:
            return float(file.read())
    except (OSError, ValueError):
        return 0.0


def remove_unused(folder: str) -> bool:
    """Remove a copy, unless somebody uses it or it is kept; say whether it is gone."""
    try:
        number = os.open(folder + USERS, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return not os.path.isdir(folder)
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if kept_until(folder) > time.time() or not _is_there(number, folder):
            return False
        shutil.rmtree(folder, ignore_errors=True)
        os.unlink(folder + USERS)
    except BlockingIOError:
        return False
    finally:
        os.close(number)
    return True


def is_at_work(folder: str) -> bool:
    """Say whether a process waits to remove a copy."""
    number = os.open(os.path.join(folder, SWEEPER), FLAGS, 0o600)
    try:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(number)
    return False


def sweep(folder: str) -> None:
    """Wait until a copy is kept no longer and nobody uses it, and remove it."""
    try:
        mine = os.open(os.path.join(folder, SWEEPER), FLAGS, 0o600)
        fcntl.flock(mine, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return  # it is gone already, or another one waits
    while os.path.isdir(folder):
        time.sleep(max(0.0, kept_until(folder) - time.time()))
        if not remove_unused(folder):
            time.sleep(min(LOOK_AGAIN_S, max(0.0, kept_until(folder) - time.time()) or 1.0))


if __name__ == "__main__":
    sweep(sys.argv[1])
