import os
import signal
from io import BytesIO
from itertools import pairwise
from types import SimpleNamespace

import msgspec
import numpy as np
import pytest

from memcli.memory import text_link, text_process
from memcli.memory.search_columns import many_search_keys
from memcli.memory.text_link import TextLink, TextReply, TextRequest, received, send
from memcli.memory.text_process import TextProcess, answer, is_worth_it
from memcli.models.encoder import DEFAULT_ENCODER, Encoder

CHINESE = ["昨天我们在公园门口看见一只红色风筝", "Ida 说 明年夏天再去海边", "one two", ""]
SPEAKERS = ["Mara Lind", None, "Ida", None]


@pytest.fixture(scope="module")
def encoder():
    return Encoder.load(DEFAULT_ENCODER)


@pytest.fixture
def keys(monkeypatch, encoder):
    monkeypatch.setattr(text_process, "WORTH_TEXTS", 2)
    monkeypatch.setattr(text_process, "WORTH_CHARACTERS", 10)
    monkeypatch.setattr(text_link, "usable_cores", lambda: 2)
    monkeypatch.setattr(text_link, "memory_bound", lambda: None)
    made = TextProcess(encoder)
    yield made
    made.close()


def found(process, texts, speakers):
    """Return the search keys of texts as plain text, wherever they were made."""
    made = process.search_keys(texts, speakers)
    return made if isinstance(made, list) else made.to_pylist()


def test_a_process_that_has_begun_makes_the_same_vectors_to_the_bit(keys, encoder, monkeypatch):
    texts = [text * 40 for text in CHINESE]
    expected = (many_search_keys(texts, [None] * 4), encoder.encode(texts).tobytes())

    def made():
        told, vectors = keys.keys_and_vectors(texts)
        told = told if isinstance(told, list) else told.to_pylist()
        return told, np.ascontiguousarray(vectors, np.float32).tobytes()

    assert made() == expected
    assert keys._link is None
    keys.search_keys(CHINESE, SPEAKERS)
    monkeypatch.setattr(encoder, "encode", None)
    assert made() == expected
    monkeypatch.undo()
    os.kill(keys._link._process.pid, signal.SIGKILL)
    assert made() == expected


def test_an_encoder_that_takes_all_cores_stays_here(keys, monkeypatch):
    keys.search_keys(CHINESE, SPEAKERS)
    other = SimpleNamespace(special=True, encode=lambda texts: np.zeros((len(texts), 3)))
    monkeypatch.setattr(keys, "_encoder", other)
    assert keys.keys_and_vectors(["a", "b"])[1].shape == (2, 3)


def test_a_process_makes_the_same_keys_for_all_texts_after_the_first(keys):
    expected = many_search_keys(CHINESE, SPEAKERS)
    assert found(keys, CHINESE, SPEAKERS) == expected
    other = keys._link._process.pid
    assert other != os.getpid()
    assert found(keys, ["one"], [None]) == many_search_keys(["one"], [None])
    assert keys._link._process.pid == other
    keys.close()
    assert keys._link is None
    with pytest.raises(ProcessLookupError):
        os.kill(other, 0)


def test_keys_are_made_here_where_a_process_is_lost(keys):
    keys.search_keys(CHINESE, SPEAKERS)
    os.kill(keys._link._process.pid, signal.SIGKILL)
    for _ in range(2):
        assert found(keys, CHINESE, SPEAKERS) == many_search_keys(CHINESE, SPEAKERS)
    assert not keys._is_to_be_had


def test_a_process_that_is_stopped_is_ended_and_its_work_done_here(keys, monkeypatch):
    monkeypatch.setattr(text_link, "LONGEST_WAIT_S", 0.3)
    keys.search_keys(CHINESE, SPEAKERS)
    link = keys._link
    os.kill(link._process.pid, signal.SIGSTOP)
    assert found(keys, CHINESE, SPEAKERS) == many_search_keys(CHINESE, SPEAKERS)
    keys.close()
    assert link._process.returncode == -signal.SIGKILL
    assert found(keys, CHINESE, SPEAKERS) == many_search_keys(CHINESE, SPEAKERS)


def test_what_was_not_sent_to_a_lost_process_is_no_error_at_the_end(keys):
    keys.search_keys(CHINESE, SPEAKERS)
    process = keys._link._process
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    many = [text * 9_000 for text in CHINESE]
    assert found(keys, many, SPEAKERS) == many_search_keys(many, SPEAKERS)
    keys.close()
    assert process.stdin.closed
    assert process.stdout.closed


def test_keys_are_made_here_where_no_process_can_be_had(keys, monkeypatch):
    monkeypatch.setattr("memcli.memory.detached.own_python", lambda: ["/nowhere/python"])
    assert found(keys, CHINESE, SPEAKERS) == many_search_keys(CHINESE, SPEAKERS)
    assert keys._link is None


def test_half_of_a_surrogate_pair_is_worked_on_here(keys):
    texts = [*CHINESE, "风\ud83d筝"]
    speakers = [*SPEAKERS, None]
    assert found(keys, texts, speakers) == many_search_keys(texts, speakers)
    assert keys._is_to_be_had


def test_few_texts_and_texts_in_ascii_are_worth_no_process():
    many = ["风筝" * 30] * text_process.WORTH_TEXTS
    assert is_worth_it(many)
    assert not is_worth_it(many[1:])
    assert not is_worth_it(["风"] * len(many))
    assert not is_worth_it(["a" * 99] * (len(many) + 1) + many)


def test_one_core_has_no_process_beside(keys, encoder, monkeypatch):
    monkeypatch.setattr(text_link, "usable_cores", lambda: 1)
    alone = TextProcess(encoder)
    assert found(alone, CHINESE, SPEAKERS) == many_search_keys(CHINESE, SPEAKERS)
    assert alone._link is None


def test_a_process_that_has_begun_early_is_the_one_that_is_asked(encoder):
    link = TextLink(CHINESE)
    early = TextProcess(encoder, link)
    assert found(early, ["one"], ["Ida"]) == many_search_keys(["one"], ["Ida"])
    assert early._link is link
    early.close()
    assert link._process.returncode == -signal.SIGKILL


def test_it_answers_until_no_more_comes_and_leaves_what_was_cut_off():
    asked, answered = BytesIO(), BytesIO()
    send(asked, msgspec.msgpack.encode(TextRequest(CHINESE, SPEAKERS)))
    whole = asked.getvalue()
    answer(BytesIO(whole + whole[:-1]), answered)
    answered.seek(0)
    told = msgspec.msgpack.decode(received(answered), type=TextReply)
    made = many_search_keys(CHINESE, SPEAKERS)
    assert told.keys.decode() == "".join(made)
    ends = np.frombuffer(told.ends, np.int32).tolist()
    assert [told.keys[a:b].decode() for a, b in pairwise(ends)] == made
    assert told.vectors == b""
    assert answered.read() == b""
