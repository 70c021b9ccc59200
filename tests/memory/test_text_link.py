"""Tests of the link to the process that makes search keys."""

import json
import os
import signal
from io import BytesIO
from itertools import pairwise

import msgspec
import numpy as np
import pytest

from memcli.memory import text_link
from memcli.memory.search_columns import many_search_keys
from memcli.memory.text_link import (
    TextLink,
    TextRequest,
    is_foreign,
    is_to_be_had,
    received,
    send,
    text_link_for,
)

CHINESE = ["昨天我们在公园门口看见一只红色风筝", "明年夏天再去海边"]
MESSAGE = {"id": "lumingqiang/sms/12", "timestamp": "2025-01-02T12:00:00Z", "name": "sms"}


@pytest.fixture
def worth(monkeypatch):
    """Let small files be worth a process, on any machine."""
    monkeypatch.setattr(text_link, "WORTH_BYTES", 64)
    monkeypatch.setattr(text_link, "usable_cores", lambda: 2)
    monkeypatch.setattr(text_link, "memory_bound", lambda: None)


def keys_of(reply):
    ends = np.frombuffer(reply.ends, np.int32)
    return [reply.keys[start:end].decode() for start, end in pairwise(ends)]


def test_what_the_sample_gives_is_no_answer():
    link = TextLink(["风筝"] * 3)
    try:
        for texts in (CHINESE, ["one"]):
            asked = TextRequest(texts, [None] * len(texts))
            assert keys_of(link.ask(asked)) == many_search_keys(*asked[:2])
    finally:
        link.close()


def test_a_link_whose_process_is_lost_says_so_and_closes():
    link = TextLink(CHINESE)
    os.kill(link._process.pid, signal.SIGKILL)
    with pytest.raises((OSError, EOFError)):
        link.ask(TextRequest(["one"], [None]))
    link.close()
    assert link._process.returncode == -signal.SIGKILL


def test_a_message_comes_whole_or_not_at_all():
    pipe = BytesIO()
    send(pipe, b"one")
    send(pipe, b"")
    pipe.seek(0)
    assert [received(pipe), received(pipe)] == [b"one", b""]
    for cut in (pipe.getvalue()[:5], pipe.getvalue()[:10]):
        with pytest.raises(EOFError):
            received(BytesIO(cut))


def test_a_process_begins_for_a_large_file_in_another_script(worth, tmp_path):
    path = tmp_path / "zh.jsonl"
    path.write_text(json.dumps({"content": CHINESE[0]}, ensure_ascii=False) * 9, "utf-8")
    link = text_link_for(["-", str(path), str(tmp_path / "gone")])
    assert keys_of(link.ask(TextRequest(["one"], [None]))) == many_search_keys(["one"], [None])
    link.close()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("small.jsonl", CHINESE[1].encode()),
        ("english.jsonl", b"Nothing of it is in another script. " * 99),
        ("binary", b"\xff\xfe\x00" * 999),
        ("empty", b""),
    ],
)
def test_no_process_begins_for_what_is_not_worth_one(worth, tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)
    assert text_link_for([str(path)]) is None
    assert text_link_for([]) is None
    assert text_link_for(["-"]) is None


def test_no_process_begins_for_a_file_that_cannot_be_read_or_where_none_can_be_had(
    worth, tmp_path, monkeypatch
):
    path = tmp_path / "zh.jsonl"
    path.write_text(CHINESE[0] * 99, "utf-8")
    with monkeypatch.context() as patch:
        patch.setattr("memcli.memory.detached.own_python", lambda: ["/nowhere/python"])
        assert text_link_for([str(path)]) is None
    with monkeypatch.context() as patch:
        patch.setattr(text_link, "usable_cores", lambda: 1)
        assert text_link_for([str(path)]) is None
    monkeypatch.setattr(text_link, "_beginning", lambda path: os.stat(tmp_path / "gone"))
    assert text_link_for([str(path)]) is None


def test_a_small_container_and_one_core_have_no_process_beside(monkeypatch):
    for cores, bound, expected in (
        (2, None, True),
        (2, 1 << 30, True),
        (2, 512 << 20, False),
        (1, None, False),
    ):
        monkeypatch.setattr(text_link, "memory_bound", lambda bound=bound: bound)
        monkeypatch.setattr(text_link, "usable_cores", lambda cores=cores: cores)
        assert is_to_be_had() is expected


def test_a_file_is_foreign_by_the_share_of_what_is_not_in_ascii():
    for escaped in (True, False):
        told = [json.dumps({**MESSAGE, "content": t}, ensure_ascii=escaped) for t in CHINESE]
        assert is_foreign("\n".join(told))
    assert not is_foreign(json.dumps({**MESSAGE, "content": "Zoë: the café, «déjà vu»"}))
    assert not is_foreign("It said: \\u0041 is A." * 9 + "a" * 999)
    assert not is_foreign("")


def test_nothing_of_a_request_is_lost_on_its_way():
    asked = TextRequest(CHINESE, ["Mara", None], "/encoders/static")
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(asked), type=TextRequest) == asked
