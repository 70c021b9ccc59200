"""
Runs memcli many times, each in a process of its own that finds all modules loaded.

A line on stdin is a JSON list of runs: `argv`, `stdin`, `stdout` and `stderr` as paths,
`environment`, and `limit`, the bytes that no file may grow beyond, or null. As many as there are
processors are under way at a time. A line on stdout is the list of their statuses.
"""

import importlib
import json
import os
import resource
import signal
import sys

# What a run imports. None of it starts a thread before it is used, so a fork has all it needs.
for name in ("numpy", "pyarrow.compute", "lance", "memcli.cli.app", "store._lance"):
    importlib.import_module(name)
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
        os.environ.update(run["environment"])
        if run["limit"] is not None:
            resource.setrlimit(resource.RLIMIT_FSIZE, (run["limit"],) * 2)
        sys.argv = ["memcli", *run["argv"]]
        sys.modules["memcli.cli.app"].main()
    except BaseException:
        sys.excepthook(*sys.exc_info())
        sys.stderr.flush()
    os._exit(70)


def statuses(runs):
    """Do all runs and return their exit statuses, in order."""
    waiting, begun, ended = list(runs), [], {}
    while len(ended) < len(runs):
        while waiting and len(begun) - len(ended) < (os.cpu_count() or 1):
            begun.append(begin(waiting.pop(0)))
        process, status = os.wait()
        ended[process] = os.waitstatus_to_exitcode(status)
    return [ended[process] for process in begun]


for line in sys.stdin:
    print(json.dumps(statuses(json.loads(line))), flush=True)
