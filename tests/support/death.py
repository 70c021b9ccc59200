"""
Kills the process at the n-th step that it takes on the disk.

It is run before a program, in its process, when Lance is loaded. Each call that changes files
below $DEATH_FOLDER, or a Lance table, is a step, and is noted in $DEATH_LOG. The step whose number
is $DEATH_AT is never taken: the process dies before it. Where $DEATH_COPIES names a folder,
$DEATH_FOLDER is copied into it before each step, under the step's number: what a death there
would leave, for death takes nothing back that is written. A second fsync in a row leaves what the
first one does, and has no copy. Of threads that write at once, one takes a step and makes its call
while the others wait: a copy has no call half done.
"""

import os
import shutil
import signal
import sys
import threading

FOLDER = os.environ["DEATH_FOLDER"]
AT = int(os.environ.get("DEATH_AT", "0"))
COPIES = os.environ.get("DEATH_COPIES", "")
OF_FILES = ("link", "rename", "replace", "unlink", "mkdir", "rmdir", "fsync")
OF_LANCE = {
    "LanceDataset": (
        "restore",
        "delete",
        "create_scalar_index",
        "create_index",
        "cleanup_old_versions",
    ),
    "MergeInsertBuilder": ("execute",),
    "Tags": ("create", "delete"),
    "DatasetOptimizer": ("optimize_indices", "compact_files"),
}

_one_at_a_time = threading.RLock()
_taken = 0
_last = ""


def step(name, target=""):
    """Note a step, and die if it is the one."""
    global _taken, _last
    _taken += 1
    os.write(_log, f"{name} {target}\n".encode())
    if COPIES and os.path.isdir(FOLDER) and not name == _last == "fsync":
        shutil.copytree(FOLDER, os.path.join(COPIES, str(_taken)))
    _last = name
    if _taken == AT:
        os.kill(os.getpid(), signal.SIGKILL)


def path_of(target):
    """Return the path of what a call works on, which may be an open file."""
    if isinstance(target, int):
        return os.readlink(f"/proc/self/fd/{target}")
    return os.path.abspath(os.fspath(target))


def file_call(name, call):
    """Return a call of os that is a step."""

    def wrapped(*arguments, **options):
        # A rename and a link are known by the name that they make.
        target = path_of(arguments[min(1, len(arguments) - 1)] if name in MAKES else arguments[0])
        if target != FOLDER and not target.startswith(FOLDER + os.sep):
            return call(*arguments, **options)
        with _one_at_a_time:
            step(name, target)
            return call(*arguments, **options)

    return wrapped


MAKES = ("link", "rename", "replace")


def lance_call(name, call):
    """Return a call of Lance that is a step."""

    def wrapped(*arguments, **options):
        with _one_at_a_time:
            step(name)
            return call(*arguments, **options)

    return wrapped


def wrap(lance):
    """Wrap what writes in Lance."""
    lance.write_dataset = lance_call("write_dataset", lance.write_dataset)
    for class_name, methods in OF_LANCE.items():
        class_ = getattr(sys.modules["lance.dataset"], class_name)
        for name in methods:
            setattr(class_, name, lance_call(name, getattr(class_, name)))


_log = os.open(os.environ["DEATH_LOG"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
for name in OF_FILES:
    setattr(os, name, file_call(name, getattr(os, name)))
wrap(sys.modules["lance"])
