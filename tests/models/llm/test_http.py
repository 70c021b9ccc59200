"""Language models behind a service: one on the loopback."""

from __future__ import annotations

import email.utils
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest

from memcli.models.llm.http import MAX_TRIES, HttpModel, _read_answer
from memcli.models.llm.settings import LlmSettings
from store.errors import RequestRefused, ServiceUnavailable
from tests.support.llm_fake import wait_for
from tests.support.llm_loopback import LoopbackServer
from tests.support.paths import ROOT

SCHEMA = {"type": "object", "properties": {"a": {"type": "integer"}}}
SECRET = "sk-very-secret-0815"


class Waits(list):
    """What the client would have slept."""

    def __call__(self, seconds):
        self.append(seconds)


@pytest.fixture
def ask(monkeypatch):
    """Return what asks a scripted service: (reply or error, server, waits)."""
    monkeypatch.setenv("no_proxy", "")

    def run(*answers, key=None, wants=None, **settings):
        waits = Waits()
        with LoopbackServer(list(answers), wants) as server:
            table = LlmSettings(base_url=server.url, model="small", **settings)
            model = HttpModel(table, key, waits)
            try:
                outcome = model.complete("be brief", "hello", SCHEMA)
            except ServiceUnavailable as error:
                outcome = error
        assert SECRET not in str(outcome)
        return outcome, server.requests, waits

    return run


def test_an_answer_has_its_text_and_tokens(ask):
    reply, requests, _ = ask({"content": {"a": 1}})
    assert (reply.text, reply.prompt_tokens, reply.completion_tokens) == ('{"a": 1}', 11, 7)
    assert not reply.is_estimated
    assert not reply.is_truncated
    body = requests[0]["body"]
    assert requests[0]["path"] == "/v1/chat/completions"
    assert "Authorization" not in requests[0]["headers"]
    assert [message["role"] for message in body["messages"]] == ["system", "user"]
    assert [message["content"] for message in body["messages"]] == ["be brief", "hello"]
    assert body["model"] == "small"
    assert body["temperature"] == 0
    assert body["response_format"]["json_schema"]["schema"] == SCHEMA


def test_tokens_are_estimated_where_the_service_counts_none(ask):
    reply, _, _ = ask({"content": "123456789", "usage": None})
    assert (reply.prompt_tokens, reply.completion_tokens, reply.is_estimated) == (4, 3, True)
    reply, _, _ = ask({"content": "123456789", "usage": {"prompt_tokens": 5}})
    assert (reply.prompt_tokens, reply.completion_tokens, reply.is_estimated) == (5, 3, True)


def test_an_answer_that_was_cut_off_says_so(ask):
    assert ask({"content": '{"a":', "finish_reason": "length"})[0].is_truncated


def test_a_key_goes_into_the_header_alone(ask):
    _, requests, _ = ask({"content": "{}"}, key=SECRET, wants=SECRET)
    assert requests[0]["headers"]["Authorization"] == f"Bearer {SECRET}"
    assert SECRET not in json.dumps(requests[0]["body"])


def test_a_refused_key_is_not_tried_again_nor_shown(ask):
    error, requests, _ = ask({"content": "{}"}, key=SECRET, wants="another")
    assert error.status == 69
    assert "api_key_env" in str(error)
    assert len(requests) == 1


@pytest.mark.parametrize("status", [400, 404, 418, 500])
def test_an_error_that_quotes_the_key_is_shown_without_it(ask, status):
    error, _, _ = ask({"status": status, "error": f"what is {SECRET} {'x' * 999}?"}, key=SECRET)
    assert "what is ***" in str(error)
    assert len(str(error)) < 600


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 529])
def test_passing_trouble_is_tried_again_with_longer_and_longer_waits(ask, status):
    reply, requests, waits = ask({"status": status, "times": 3}, {"content": "{}"})
    assert reply.text == "{}"
    assert len(requests) == 4
    assert waits == [0.5, 1, 2]


def test_trouble_that_does_not_pass_ends_in_a_service_error(ask):
    error, requests, waits = ask({"status": 503, "error": "overloaded"})
    assert error.status == 69
    assert "overloaded" in str(error)
    assert (len(requests), len(waits)) == (MAX_TRIES, MAX_TRIES - 1)


def test_retry_after_is_honoured(ask):
    in_a_minute = email.utils.formatdate(time.time() + 60, usegmt=True)
    _, _, waits = ask(
        {"status": 429, "headers": {"Retry-After": "7"}},
        {"status": 503, "headers": {"Retry-After": in_a_minute}},
        {"status": 429, "headers": {"Retry-After": "soon"}},
        {"content": "{}"},
    )
    assert waits[0] == 7
    assert 50 < waits[1] <= 60
    assert waits[2] == 2


def test_a_wait_past_the_time_limit_is_not_begun(ask):
    error, requests, waits = ask({"status": 429, "headers": {"Retry-After": "9999"}})
    assert error.status == 69
    assert (len(requests), waits) == (1, [])


def test_a_spent_account_is_not_tried_again(ask):
    spent = {"message": "You exceeded your quota", "code": "insufficient_quota"}
    error, requests, _ = ask({"status": 429, "error": spent})
    assert "quota" in str(error)
    assert len(requests) == 1


@pytest.mark.parametrize("trouble", [{"cut": True}, {"cut_at_once": True}])
def test_a_cut_connection_is_tried_again(ask, trouble):
    reply, requests, _ = ask({"content": "x" * 5000, **trouble, "times": 1}, {"content": "{}"})
    assert (reply.text, len(requests)) == ("{}", 2)


def test_an_error_whose_body_is_cut_is_still_that_error(ask):
    error, _, _ = ask({"status": 404, "error": "no such model", "cut": True})
    assert "answers 404" in str(error)


def test_nobody_listening_is_a_service_error_after_some_tries():
    with LoopbackServer([]) as server:
        url = server.url
    waits = Waits()
    model = HttpModel(LlmSettings(base_url=url, model="m"), None, waits)
    with pytest.raises(ServiceUnavailable, match="cannot reach http://127") as caught:
        model.complete("", "", {})
    assert caught.value.status == 69
    assert len(waits) == MAX_TRIES - 1


def test_an_answer_that_never_comes_ends_at_the_time_limit(ask):
    started = time.monotonic()
    error, requests, _ = ask({"delay_s": 5}, timeout_s=0.3)
    assert "did not answer within 0.3 s" in str(error)
    assert len(requests) == 1
    assert time.monotonic() - started < 4


@pytest.mark.parametrize(
    "raw", ["<html>log in</html>", "", "[]", "null", '{"hello": 1}', '{"choices', "[" * 50_000]
)
def test_what_is_no_such_service_is_an_error_about_base_url(ask, raw):
    error, requests, _ = ask({"raw": raw})
    assert "base_url" in error.remedy
    assert len(requests) == 1


@pytest.mark.parametrize(
    "raw",
    [
        '{"choices": []}',
        '{"choices": {}}',
        '{"choices": [3]}',
        '{"choices": [{"message": {"content": null}}]}',
        '{"choices": [{"message": 3}], "usage": [], "error": null}',
    ],
)
def test_an_answer_without_text_is_empty(ask, raw):
    assert ask({"raw": raw})[0].text == ""


def test_an_error_with_status_200_is_an_error(ask):
    busy = json.dumps({"error": {"message": "rate limited upstream", "code": 429}})
    reply, requests, _ = ask({"raw": busy, "times": 1}, {"content": "{}"})
    assert (reply.text, len(requests)) == ("{}", 2)
    error, _, _ = ask({"raw": json.dumps({"error": {"message": "bad tools", "code": 400}})})
    assert isinstance(error, RequestRefused)


def test_a_redirect_is_not_followed(ask):
    with LoopbackServer([{"content": "{}"}]) as elsewhere:
        target = f"{elsewhere.url}/chat/completions"
        error, _, _ = ask({"status": 302, "headers": {"Location": target}}, key=SECRET)
    assert "base_url" in error.remedy
    assert elsewhere.requests == []


def formats(requests):
    found = [request["body"].get("response_format", {"type": None}) for request in requests]
    return [format_["type"] for format_ in found]


def test_a_service_without_schemas_is_asked_in_words(ask):
    reply, requests, _ = ask({"refuses": "response_format", "times": 0}, {"content": "{}"})
    assert reply.text == "{}"
    assert formats(requests) == ["json_schema", "json_object", None]
    assert json.dumps(SCHEMA) not in requests[0]["body"]["messages"][0]["content"]
    for request in requests[1:]:
        assert json.dumps(SCHEMA) in request["body"]["messages"][0]["content"]


def test_a_service_that_knows_other_parameters_gets_those(ask):
    complaint = "'max_tokens' is not supported. Use 'max_completion_tokens' instead."
    reply, requests, _ = ask(
        {"refuses": "max_tokens", "error": complaint, "times": 0},
        {"refuses": "temperature", "error": "'temperature' must be 1", "times": 0},
        {"content": "{}"},
        answer_tokens=99,
    )
    assert reply.text == "{}"
    body = requests[-1]["body"]
    assert body["max_completion_tokens"] == 99
    assert not {"max_tokens", "temperature"} & body.keys()
    assert formats(requests)[-1] == "json_schema"


def test_what_a_service_refuses_is_remembered_once_it_works():
    with LoopbackServer([{"refuses": "response_format", "times": 0}, {"content": "{}"}]) as server:
        model = HttpModel(LlmSettings(base_url=server.url, model="m"))
        model.complete("", "a", SCHEMA)
        model.complete("", "b", SCHEMA)
    assert formats(server.requests) == ["json_schema", "json_object", None, None]


def test_a_refusal_for_other_reasons_is_not_remembered(ask):
    error, requests, _ = ask({"status": 400, "error": "maximum context length is 8192"})
    assert isinstance(error, RequestRefused)
    assert len(requests) == 1
    with LoopbackServer([{"status": 400, "error": "no", "match": "odd"}, {}]) as server:
        model = HttpModel(LlmSettings(base_url=server.url, model="m"))
        with pytest.raises(RequestRefused):
            model.complete("", "odd", SCHEMA)
        model.complete("", "even", SCHEMA)
    assert formats(server.requests)[-1] == "json_schema"


def test_the_loopback_is_never_proxied(ask, monkeypatch):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert ask({"content": "{}"})[0].text == "{}"


def test_other_hosts_go_through_the_environment_s_proxy(monkeypatch):
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with LoopbackServer([{"content": "{}"}]) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url.removesuffix("/v1"))
        model = HttpModel(LlmSettings(base_url="http://model.invalid/v1", model="m"), SECRET)
        assert model.complete("", "", {}).text == "{}"
    assert proxy.requests[0]["path"] == "http://model.invalid/v1/chat/completions"


def test_a_query_of_the_url_is_sent_but_not_shown():
    with LoopbackServer([{"content": "{}"}]) as server:
        model = HttpModel(LlmSettings(base_url=f"{server.url}?key={SECRET}", model="m"))
        model.complete("", "", {})
    assert server.requests[0]["path"] == f"/v1/chat/completions?key={SECRET}"
    assert SECRET not in model.name


@pytest.mark.parametrize("text", ["naïve 你好 🌙 שלום", "half a pair \ud83d", "nul \x00 \x1b[31m"])
def test_any_text_can_be_sent(text):
    with LoopbackServer([{"content": text.replace("\ud83d", "?")}]) as server:
        model = HttpModel(LlmSettings(base_url=server.url, model="m"))
        assert model.complete(text, text, {}).text == text.replace("\ud83d", "?")
    sent = server.requests[0]["body"]["messages"]
    assert [message["content"] for message in sent] == [text.replace("\ud83d", "?")] * 2


def test_an_endless_answer_is_given_up(ask, monkeypatch):
    monkeypatch.setattr("memcli.models.llm.http.MAX_ANSWER_BYTES", 10_000)
    error, _, _ = ask({"content": "x" * 200_000})
    assert "longer than 10000 bytes" in str(error)


def test_an_answer_that_trickles_in_ends_at_the_time_limit():
    class Trickle:
        length = None

        def read1(self, size):
            time.sleep(0.01)
            return b"."

    with pytest.raises(TimeoutError):
        _read_answer(Trickle(), time.monotonic() + 0.1)


def test_the_service_runs_as_a_program_too(tmp_path: Path):
    files = [tmp_path / name for name in ("port", "script.json", "log")]
    files[1].write_text(json.dumps({"answers": [{"content": "{}"}], "api_key": SECRET}))
    script = ROOT / "tests" / "support" / "llm_loopback.py"
    with subprocess.Popen([sys.executable, script, *files]) as server:
        try:
            wait_for(files[0].exists)
            url = f"http://127.0.0.1:{files[0].read_text()}/v1"
            model = HttpModel(LlmSettings(base_url=url, model="m"), SECRET)
            assert model.complete("", "hello", {}).text == "{}"
        finally:
            server.terminate()
    assert "hello" in files[2].read_text()
