import os
import signal
from io import BytesIO

import pytest

from memcli.memory import key_process
from memcli.memory.key_process import KeyProcess, answer, is_worth_it
from memcli.memory.search_columns import many_search_keys

CHINESE = ["昨天我们在公园门口看见一只红色风筝", "Ida 说 明年夏天再去海边", "one two", ""]
SPEAKERS = ["Mara Lind", None, "Ida", None]


@pytest.fixture
def keys(monkeypatch):
    monkeypatch.setattr(key_process, "WORTH_TEXTS", 2)
    monkeypatch.setattr(key_process, "WORTH_CHARACTERS", 10)
    monkeypatch.setattr(key_process, "usable_cores", lambda: 2)
    made = KeyProcess()
    yield made
    made.close()


def test_a_process_makes_the_same_keys_for_all_texts_after_the_first(keys):
    expected = many_search_keys(CHINESE, SPEAKERS)
    assert keys.search_keys(CHINESE, SPEAKERS) == expected
    other = keys._link._process.pid
    assert other != os.getpid()
    assert keys.search_keys(["one"], [None]) == many_search_keys(["one"], [None])
    assert keys._link._process.pid == other
    keys.close()
    assert keys._link is None
    with pytest.raises(ProcessLookupError):
        os.kill(other, 0)


def test_keys_are_made_here_where_a_process_is_lost(keys):
    keys.search_keys(CHINESE, SPEAKERS)
    os.kill(keys._link._process.pid, signal.SIGKILL)
    for _ in range(2):
        assert keys.search_keys(CHINESE, SPEAKERS) == many_search_keys(CHINESE, SPEAKERS)
    assert not keys._is_to_be_had


def test_keys_are_made_here_where_no_process_can_be_had(keys, monkeypatch):
    monkeypatch.setattr("memcli.memory.detached.own_python", lambda: ["/nowhere/python"])
    assert keys.search_keys(CHINESE, SPEAKERS) == many_search_keys(CHINESE, SPEAKERS)
    assert keys._link is None


def test_half_of_a_surrogate_pair_is_worked_on_here(keys):
    texts = [*CHINESE, "风\ud83d筝"]
    speakers = [*SPEAKERS, None]
    assert keys.search_keys(texts, speakers) == many_search_keys(texts, speakers)
    assert keys._is_to_be_had


def test_few_texts_and_texts_in_ascii_are_worth_no_process():
    many = ["风筝" * 30] * key_process.WORTH_TEXTS
    assert is_worth_it(many)
    assert not is_worth_it(many[1:])
    assert not is_worth_it(["风"] * len(many))
    assert not is_worth_it(["a" * 99] * (len(many) + 1) + many)


def test_one_core_has_no_process_beside(keys, monkeypatch):
    monkeypatch.setattr(key_process, "usable_cores", lambda: 1)
    alone = KeyProcess()
    assert alone.search_keys(CHINESE, SPEAKERS) == many_search_keys(CHINESE, SPEAKERS)
    assert alone._link is None


def test_it_answers_until_no_more_comes_and_leaves_what_was_cut_off():
    asked, answered = BytesIO(), BytesIO()
    key_process._send(asked, key_process.msgspec.msgpack.encode((CHINESE, SPEAKERS)))
    whole = asked.getvalue()
    answer(BytesIO(whole + whole[:-1]), answered)
    answered.seek(0)
    told = key_process.msgspec.msgpack.decode(key_process._received(answered))
    assert told == many_search_keys(CHINESE, SPEAKERS)
    assert answered.read() == b""
