"""
Runs Python many times, each in a process of its own that finds all modules loaded.

A line on stdin is a JSON list of runs: `arguments` as python has them (`-m memcli ...` or
`-c CODE ...`), `stdin`, `stdout` and `stderr` as paths, `environment`, `limit`, the bytes that no
file may grow beyond, or null, `first`, a module that is run before, or null, and `library`, a
shared object that is loaded before, and into processes that the run starts, or null. As many as
there are processors are under way at a time. A line on stdout is the list of their statuses.
"""

import ctypes
import importlib
import importlib.util
import json
import os
import pkgutil
import resource
import signal
import sys

import memcli

# What runs import, all of memcli too. None of it starts a thread before it is used, so a fork has
# all it needs.
LOADED = ("numpy", "pyarrow.compute", "pyarrow.dataset", "lance", "duckdb", "store._lance")
TIMEOUT_S = 120


def begin(run):
    """Fork a process that does one run, and return its number."""
    process = os.fork()
    if process:
        return process
    try:
        signal.alarm(TIMEOUT_S)
        for number, (name, mode) in enumerate(
            (("stdin", "rb"), ("stdout", "wb"), ("stderr", "wb"))
        ):
            with open(run[name], mode) as file:
                os.dup2(file.fileno(), number)
        sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
        os.environ.clear()
        os.environ.update(run["environment"])
        if run["limit"] is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (run["limit"],) * 2)
        if run["first"] is not None:
            load(run["first"])
        if run["library"] is not None:
            ctypes.CDLL(run["library"])
            os.environ.update(FAIL_AT="0", LD_PRELOAD=run["library"])
        execute(run["arguments"])
        sys.stdout.flush()
        os._exit(0)
    except BaseException:
        sys.excepthook(*sys.exc_info())
        sys.stderr.flush()
    os._exit(70)


def load(path):
    """Import a file."""
    spec = importlib.util.spec_from_file_location("first", path)
    sys.modules["first"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(sys.modules["first"])


def execute(arguments):
    """Do what python does with its arguments."""
    how, what, *rest = arguments
    if (how, what) == ("-m", "memcli"):
        sys.argv = ["memcli", *rest]
        sys.modules["memcli.__main__"].main()
    assert how == "-c", arguments
    sys.argv = ["-c", *rest]
    exec(what, {"__name__": "__main__"})


def statuses(runs):
    """Do all runs and return their exit statuses, in order."""
    waiting, begun, ended = list(runs), [], {}
    while len(ended) < len(runs):
        while waiting and len(begun) - len(ended) < (os.cpu_count() or 1):
            begun.append(begin(waiting.pop(0)))
        process, status = os.wait()
        ended[process] = os.waitstatus_to_exitcode(status)
    return [ended[process] for process in begun]


def load_all():
    """Import what runs import, so that a fork finds it."""
    ours = (found.name for found in pkgutil.walk_packages(memcli.__path__, "memcli."))
    for name in (*LOADED, *ours):
        importlib.import_module(name)


if __name__ == "__main__":
    load_all()
    for line in sys.stdin:
        print(json.dumps(statuses(json.loads(line))), flush=True)
