from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.agents.protocol import ASKED_VERSION, LEGACY, MODERN, McpServer, ProtocolError


def refuse(params):
    raise ProtocolError(-32602, "no", {"why": params.get("why")})


def fail(_):
    raise ValueError("a bug")


@pytest.fixture
def reported():
    return []


@pytest.fixture
def server(reported):
    methods = {"tools/list": lambda _: {"tools": []}, "refuse": refuse, "fail": fail}
    return McpServer(methods, {"tools": {}}, "Recall first.", reported.append)


def ask(server, method, params=None, id_=1):
    message = {"jsonrpc": "2.0", "id": id_, "method": method}
    line = server.answer(json.dumps(message | ({"params": params} if params else {})).encode())
    assert line.endswith(b"\n")
    assert line.count(b"\n") == 1
    return json.loads(line)


def modern(**params):
    return {"_meta": {ASKED_VERSION: MODERN[0]}, **params}


@pytest.mark.parametrize("version", LEGACY)
def test_a_client_of_2025_is_answered_in_its_own_version(server, version):
    result = ask(server, "initialize", {"protocolVersion": version})["result"]
    assert result["protocolVersion"] == version
    assert result["serverInfo"]["name"] == "memcli"
    assert result["instructions"] == "Recall first."
    assert "resultType" not in result


def test_a_version_that_is_not_known_is_answered_with_the_newest_handshake(server):
    result = ask(server, "initialize", {"protocolVersion": "1999-01-01"})["result"]
    assert result["protocolVersion"] == LEGACY[0]


def test_a_modern_client_discovers_what_there_is(server):
    result = ask(server, "server/discover", modern())["result"]
    assert MODERN[0] in result["supportedVersions"]
    assert result["resultType"] == "complete"
    assert result["capabilities"] == {"tools": {}}
    assert result["ttlMs"] >= 0
    assert result["cacheScope"] == "private"
    assert result["_meta"]["serverInfo"]["name"] == "memcli"


def test_results_have_the_form_of_their_era(server):
    assert ask(server, "tools/list")["result"] == {"tools": []}
    result = ask(server, "tools/list", modern())["result"]
    assert result["resultType"] == "complete"
    assert {"ttlMs", "cacheScope"} < result.keys()


def test_a_version_of_the_future_is_refused_with_those_that_are_spoken(server):
    error = ask(server, "tools/list", {"_meta": {ASKED_VERSION: "2099-01-01"}})["error"]
    assert error["code"] == -32022
    assert error["data"]["requested"] == "2099-01-01"
    assert MODERN[0] in error["data"]["supported"]


def test_errors_of_a_method_are_told_with_their_data(server):
    answer = ask(server, "refuse", {"why": "so"}, "x")
    assert answer["id"] == "x"
    assert answer["error"] == {"code": -32602, "message": "no", "data": {"why": "so"}}
    assert ask(server, "nothing/like/it")["error"]["code"] == -32601


def test_a_bug_is_reported_and_the_server_goes_on(server, reported):
    assert ask(server, "fail")["error"]["code"] == -32603
    assert reported == ["fail: ValueError: a bug"]
    assert ask(server, "ping")["result"] == {}


def test_notifications_and_answers_are_not_answered(server):
    for message in (
        {"jsonrpc": "2.0", "method": "notifications/initialized"},
        {"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": 1}},
        {"jsonrpc": "2.0", "id": 4, "result": {}},
    ):
        assert server.answer(json.dumps(message).encode()) is None


def test_a_batch_is_answered_as_one(server):
    batch = [{"jsonrpc": "2.0", "id": i, "method": "ping"} for i in (1, 2)]
    note = {"jsonrpc": "2.0", "method": "notifications/initialized"}
    answers = json.loads(server.answer(json.dumps([*batch, note]).encode()))
    assert [answer["id"] for answer in answers] == [1, 2]
    assert server.answer(json.dumps([note]).encode()) is None


@pytest.mark.parametrize("line", [b"{", b"\xff\xfe", b"[]", b"1", b'{"id": 1}', b'{"method": 1}'])
def test_what_is_no_request_is_an_error_and_no_end(server, line):
    assert json.loads(server.answer(line))["error"]["code"] in (-32700, -32600)


@given(st.binary(max_size=60))
def test_any_line_is_answered_by_json_or_not_at_all(line):
    answer = McpServer({}, {}, "", print).answer(line)
    assert answer is None or json.loads(answer)


def test_what_is_nested_too_deep_is_an_error_and_no_end(server):
    answer = json.loads(server.answer(b"[" * 100_000))
    assert answer["error"]["code"] == -32700
    assert ask(server, "tools/list")["result"] == {"tools": []}
