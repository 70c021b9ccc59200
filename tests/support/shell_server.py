"""
Runs memcli for the lines of a shell, each time in a process that finds all modules loaded.

It listens on the Unix socket that its argument names. A client (`CLIENT`) sends its three streams
and a JSON object, `arguments`, `folder` and `environment`, and gets the exit status, one number.
"""

import json
import os
import signal
import socket
import sys
import time

from tests.support.fork_server import execute, load_all

LARGEST_CALL = 1 << 20
# What stands in for `memcli` on the PATH: as small as can be, for it is started each time.
CLIENT = """\
import json, os, socket, sys
call = {"arguments": sys.argv[2:], "folder": os.getcwd(), "environment": dict(os.environ)}
with socket.socket(socket.AF_UNIX) as server:
    server.connect(sys.argv[1])
    socket.send_fds(server, [json.dumps(call).encode() + b"\\n"], [0, 1, 2])
    os.close(0)
    os.close(1)  # so that a reader sees the end when the program closes it, and not later
    status = int(server.recv(16) or 70)
if status < 0:
    os.kill(os.getpid(), -status)
sys.exit(status)
"""


def answer(connection):
    """Run what a client asks for in a fork of this process, and tell it the status."""
    data, streams, _, _ = socket.recv_fds(connection, LARGEST_CALL, 3)
    while not data.endswith(b"\n"):
        data += connection.recv(LARGEST_CALL)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    process = os.fork()
    if not process:
        connection.close()
        run(json.loads(data), streams)
    for stream in streams:
        os.close(stream)
    status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    connection.sendall(str(status).encode())


def run(call, streams):
    """Run memcli with the streams, folder and environment of a client."""
    try:
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
            os.close(stream)
        os.chdir(call["folder"])
        os.environ.clear()
        os.environ.update(call["environment"])
        sys.stdin = os.fdopen(0, encoding="utf-8", closefd=False)
        time.tzset()
        execute(["-m", "memcli", *call["arguments"]])
    except BaseException:
        sys.excepthook(*sys.exc_info())
        sys.stderr.flush()
    os._exit(70)


def serve(path):
    """Answer clients at once, each in a process of its own."""
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen()
        print("ready", flush=True)
        # Nobody waits for those who answer.
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        while True:
            connection, _ = server.accept()
            if not os.fork():
                server.close()
                answer(connection)
                os._exit(0)
            connection.close()


if __name__ == "__main__":
    load_all()
    serve(sys.argv[1])
