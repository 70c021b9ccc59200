from __future__ import annotations

import pytest


def test_it_is_no_command_for_a_pipe(run_process, sample_once):
    done = run_process("browse", "key", "--store", sample_once, status=2)
    assert done.stderr == "memcli: the screen needs a terminal (in a pipe: memcli query)\n"


@pytest.mark.parametrize("words", [("-i",), ("-i", "key")])
def test_query_opens_the_same_screen(run, sample_once, words):
    assert "needs a terminal" in run("query", *words, "--store", sample_once, status=2).stderr
