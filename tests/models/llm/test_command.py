"""Language models behind a command."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from pathlib import Path

import pytest

from memcli.models.llm.command import CommandModel
from memcli.models.llm.text import estimated_tokens
from store.errors import ServiceUnavailable
from tests.support.llm_fake import wait_for

SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}}


@pytest.fixture
def command(tmp_path):
    """Return what makes a model of a few lines of Python."""

    def make(lines, timeout_s=30.0, arguments=""):
        script = tmp_path / "fake model.py"
        script.write_text(f"import os, subprocess, sys, time\n{lines}\n")
        return CommandModel(f"{sys.executable} '{script}' {arguments}", timeout_s)

    return make


def test_a_command_reads_the_prompt_and_writes_the_answer(command):
    reply = command("print(sys.stdin.read().upper())").complete("be brief", "grüße 你好", SCHEMA)
    assert "BE BRIEF" in reply.text
    assert "GRÜSSE 你好" in reply.text
    assert json.dumps(SCHEMA).upper() in reply.text
    assert reply.is_estimated
    assert reply.completion_tokens == estimated_tokens(reply.text)


def test_a_command_s_words_are_split_and_no_shell_reads_them(command):
    model = command("print(sys.argv[1:])", arguments="-m 'x y' '$HOME' ; touch *")
    assert model.complete("", "", {}).text.strip() == str(["-m", "x y", "$HOME", ";", "touch", "*"])


def test_a_command_need_not_read_its_stdin(command):
    assert command("print('{}')").complete("", "x" * 1_000_000, {}).text == "{}\n"


def test_output_that_is_no_utf_8_is_kept_as_far_as_it_is(command):
    assert command(r"sys.stdout.buffer.write(b'\xff ok')").complete("", "", {}).text == "\ufffd ok"


def test_a_command_that_fails_says_why_in_one_line(command):
    lines = "sys.stderr.write('warming up\\nno such\\tmodel: x\\n'); sys.exit(3)"
    with pytest.raises(ServiceUnavailable) as caught:
        command(lines).complete("", "", {})
    assert "ended with status 3: no such model: x" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.status == 69


def test_a_command_that_is_killed_says_by_what(command):
    with pytest.raises(ServiceUnavailable, match="was killed by signal 9"):
        command("os.kill(os.getpid(), 9)").complete("", "", {})


@pytest.mark.parametrize("words", ["/nowhere/llm", "."])
def test_a_command_that_is_not_there_is_a_service_error(words):
    with pytest.raises(ServiceUnavailable, match="cannot run") as caught:
        CommandModel(words).complete("", "", {})
    assert caught.value.remedy


# A model that starts a helper and, when asked politely, does not go.
STUBBORN = """\
import signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
temporary = sys.argv[1] + ".tmp"
open(temporary, "w").write(f"{os.getpid()} {child.pid}")
os.rename(temporary, sys.argv[1])
time.sleep(60)"""


def is_alive(pid):
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def test_a_command_that_takes_too_long_is_ended_with_all_it_started(command, tmp_path):
    pids = tmp_path / "pids"
    with pytest.raises(ServiceUnavailable, match="did not answer within 2 s"):
        command(STUBBORN, 2, f"'{pids}'").complete("", "", {})
    wait_for(lambda: not any(is_alive(pid) for pid in pids.read_text().split()))


def test_ctrl_c_ends_the_command_too(command, tmp_path):
    pids = tmp_path / "pids"

    def interrupt():
        wait_for(pids.exists)
        os.kill(os.getpid(), signal.SIGINT)

    thread = threading.Thread(target=interrupt)
    thread.start()
    with pytest.raises(KeyboardInterrupt):
        command(STUBBORN, 60, f"'{pids}'").complete("", "", {})
    thread.join()
    wait_for(lambda: not any(is_alive(pid) for pid in pids.read_text().split()))


def test_a_command_that_writes_without_end_is_ended(command, monkeypatch):
    monkeypatch.setattr("memcli.models.llm.command.MAX_ANSWER_BYTES", 300_000)
    flood = "while True: sys.stdout.write('x' * 65536); sys.stderr.write('y' * 65536)"
    with pytest.raises(ServiceUnavailable, match="more than 300,000 bytes"):
        command(flood).complete("", "", {})
