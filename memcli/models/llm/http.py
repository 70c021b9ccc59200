"""HTTP model: an OpenAI-compatible service, asked by the standard library."""

from __future__ import annotations

import ipaddress
import json
import math
import re
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit, urlunsplit

from memcli.models.llm.base import Reply, Schema
from memcli.models.llm.settings import ENDPOINT, LlmSettings
from memcli.models.llm.text import as_utf8, estimated_tokens, shortened, tokens_of, with_schema
from schemas.version import VERSION
from store.errors import RequestRefused, ServiceBusy, ServiceUnavailable

if TYPE_CHECKING:
    from email.message import Message

__all__ = ["MAX_TRIES", "HttpModel"]

MAX_TRIES: Final = 5
FIRST_WAIT_S: Final = 0.5
PASSING_STATUSES: Final = (408, 425, 429)
PERMANENT_STATUSES: Final = (501, 505)
MAX_ANSWER_BYTES: Final = 8_000_000

_TOO_LONG = re.compile(r"context.{0,20}length|context window|too (?:long|large)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a service accepts of the parameters that not all services know."""

    response_format: str = "json_schema"
    limit: str = "max_tokens"
    has_temperature: bool = True

    def without(self, complaint: str) -> _Shape | None:
        """Return the next shape to try after a refusal; None when nothing is left to leave out."""
        if _TOO_LONG.search(complaint):
            return None
        if "max_completion_tokens" in complaint and self.limit == "max_tokens":
            return replace(self, limit="max_completion_tokens")
        if "temperature" in complaint and self.has_temperature:
            return replace(self, has_temperature=False)
        weaker = {"json_schema": "json_object", "json_object": "text"}.get(self.response_format)
        return replace(self, response_format=weaker) if weaker else None


@dataclass(slots=True)
class HttpModel:
    """A model behind an OpenAI-compatible service, asked by the standard library."""

    settings: LlmSettings
    key: str | None = field(default=None, repr=False)
    sleep: Callable[[float], None] = field(default=time.sleep, repr=False)
    _shape: _Shape = field(default=_Shape(), init=False, repr=False)

    @property
    def name(self) -> str:
        """Return base URL and model; a query, which may hold a secret, is left out."""
        return f"{self._shown_url}#{self.settings.model}"

    def complete(self, system: str, user: str, schema: Schema) -> Reply:
        """Ask the service; what it refuses as unknown is left out, now and in later calls."""
        deadline = time.monotonic() + self.settings.timeout_s
        shape = self._shape
        while True:
            try:
                answer = self._post_until_done(self._payload(shape, system, user, schema), deadline)
            except RequestRefused as refusal:
                weaker = shape.without(refusal.what)
                if weaker is None:
                    raise
                shape = weaker
            else:
                self._shape = shape
                return _reply(answer, len(system) + len(user))

    def _payload(self, shape: _Shape, system: str, user: str, schema: Schema) -> bytes:
        if shape.response_format != "json_schema":
            system = with_schema(system, schema)
        messages = [{"role": "system", "content": system}, {"role": "user", "content": user}]
        payload: dict[str, Any] = {"model": self.settings.model, "messages": messages}
        payload[shape.limit] = self.settings.answer_tokens
        if shape.has_temperature:
            payload["temperature"] = self.settings.temperature
        if shape.response_format == "json_schema":
            named = {"name": "answer", "strict": True, "schema": schema}
            payload["response_format"] = {"type": "json_schema", "json_schema": named}
        elif shape.response_format == "json_object":
            payload["response_format"] = {"type": "json_object"}
        return as_utf8(json.dumps(payload, ensure_ascii=False))

    def _post_until_done(self, payload: bytes, deadline: float) -> dict[str, Any]:
        """Post until it works, fails for good or the time is up."""
        tries = 0
        while True:
            try:
                return self._post(payload, deadline)
            except ServiceBusy as trouble:
                wait_s = FIRST_WAIT_S * 2**tries if trouble.wait_s is None else trouble.wait_s
                tries += 1
                if tries == MAX_TRIES or time.monotonic() + wait_s >= deadline:
                    raise
                self.sleep(wait_s)

    def _post(self, payload: bytes, deadline: float) -> dict[str, Any]:
        """Post once; ServiceBusy where another try may help."""
        from http.client import HTTPException
        from urllib.error import HTTPError
        from urllib.request import Request

        from memcli.models.llm.deadline import Deadline, opener

        request = Request(self._url, payload, self._headers(), method="POST")
        left_s = max(0.01, deadline - time.monotonic())
        limit = Deadline(left_s)
        # This machine is never asked by way of another.
        opening = opener(limit, {} if _is_loopback(self._host) else None)
        try:
            with limit, opening.open(request, timeout=left_s) as response:
                raw = _read_answer(response, deadline)
            if limit.is_over:  # headers that were cut look like an answer of nothing
                raise TimeoutError
        except HTTPError as error:
            with error, suppress(OSError, HTTPException):
                raise self._refusal(error.code, error.headers, error.read(10_000)) from None
            raise self._refusal(error.code, error.headers, b"") from None
        except (OSError, HTTPException) as error:
            raise self._unreachable(TimeoutError() if limit.is_over else error) from error
        return self._decoded(raw)

    @property
    def _url(self) -> str:
        parts = urlsplit(self.settings.base_url or "")
        return urlunsplit(parts._replace(path=parts.path + ENDPOINT))

    @property
    def _shown_url(self) -> str:
        return urlunsplit(urlsplit(self.settings.base_url or "")._replace(query=""))

    @property
    def _host(self) -> str:
        return urlsplit(self.settings.base_url or "").hostname or ""

    def _headers(self) -> dict[str, str]:
        headers = {"Content-Type": "application/json", "User-Agent": f"memcli/{VERSION}"}
        return headers | ({"Authorization": f"Bearer {self.key}"} if self.key else {})

    def _decoded(self, raw: bytes) -> dict[str, Any]:
        """Return the service's JSON; some report an error with status 200."""
        try:
            answer = json.loads(raw)
        except (ValueError, RecursionError):
            answer = None
        if not isinstance(answer, dict) or not ("choices" in answer or "error" in answer):
            raise ServiceUnavailable(
                f"{self._shown_url} does not answer as an OpenAI-compatible service",
                "check base_url; it mostly ends with /v1",
            )
        if "choices" not in answer:
            error = answer["error"]
            code = error.get("code") if isinstance(error, dict) else None
            status = code if isinstance(code, int) and code >= 400 else 502
            raise self._refusal(status, None, raw)
        return answer

    def _refusal(self, status: int, headers: Message | None, body: bytes) -> ServiceUnavailable:
        """Return the error for a status of HTTP that is no success."""
        where = f"{self._shown_url} answers {status}"
        if status in (401, 403):
            # Such a body often quotes a part of the key.
            return ServiceUnavailable(f"{where}: no access", "check the key and api_key_env")
        if 300 <= status < 400:
            # Following would carry the prompt, and the key, to a host that nobody named.
            return ServiceUnavailable(f"{where}: it is elsewhere", "set base_url to that address")
        complaint = self._complaint(body)
        what = f"{where}: {complaint}" if complaint else where
        if status in (400, 413, 422):
            return RequestRefused(what, "check the model's limits and answer_tokens")
        if status == 404:
            return ServiceUnavailable(what, "check base_url and model")
        is_spent = b"insufficient_quota" in body
        if status in PERMANENT_STATUSES or is_spent or not _is_passing(status):
            return ServiceUnavailable(what, "see what the service says of your account")
        remedy = "try again later: what is done stays done"
        return ServiceBusy(what, remedy, wait_s=_retry_after(headers))

    def _complaint(self, body: bytes) -> str:
        """Return what a service says is wrong, in one line without the key."""
        text = body.decode("utf-8", "replace")
        with suppress(ValueError, RecursionError):
            found = json.loads(text)
            error = found.get("error", found) if isinstance(found, dict) else found
            if isinstance(error, dict):
                parts = [error.get(name) for name in ("message", "code", "param")]
                text = " ".join(str(part) for part in parts if part) or text
        if self.key:
            text = text.replace(self.key, "***")
        return shortened(text)

    def _unreachable(self, error: Exception) -> ServiceUnavailable:
        """Return the error for a connection that failed."""
        from ssl import SSLCertVerificationError

        reason = getattr(error, "reason", error)
        if isinstance(reason, TimeoutError):
            limit_s = f"{self.settings.timeout_s:g} s"
            return ServiceUnavailable(
                f"{self._shown_url} did not answer within {limit_s}", "raise timeout_s in [llm]"
            )
        what = f"cannot reach {self._shown_url}: {shortened(str(reason)) or type(reason).__name__}"
        if isinstance(reason, SSLCertVerificationError):
            return ServiceUnavailable(what, "check base_url and the host's certificate")
        return ServiceBusy(what, "start the service, or check base_url and the network")


def _is_passing(status: int) -> bool:
    return status in PASSING_STATUSES or status >= 500


def _is_loopback(host: str) -> bool:
    """Say whether a host of a URL is this machine."""
    with suppress(ValueError):
        address = ipaddress.ip_address(host)
        return address.is_loopback or address.is_unspecified
    return host.lower().rstrip(".").rpartition(".")[2] == "localhost"


def _read_answer(response: Any, deadline: float) -> bytes:
    """Read an answer; TimeoutError when it trickles in past the deadline, OSError when it is huge.

    A socket's own time limit starts anew with every byte.
    """
    chunks, size, whole = [], 0, response.length
    while size != whole and (chunk := response.read1(65_536)):
        chunks.append(chunk)
        size += len(chunk)
        if size > MAX_ANSWER_BYTES:
            raise OSError(f"its answer is longer than {MAX_ANSWER_BYTES} bytes")
        if time.monotonic() > deadline:
            raise TimeoutError
    if whole is not None and size < whole:  # read1, unlike read, takes a cut for the end
        raise ConnectionError("the connection was cut")
    return b"".join(chunks)


def _retry_after(headers: Message | None) -> float | None:
    """Return the seconds that a service asks to wait; None where it does not say."""
    from email.utils import parsedate_to_datetime

    value = (headers.get("Retry-After") or "").strip() if headers else ""
    with suppress(ValueError, OverflowError):
        seconds = float(value)
        return max(0.0, seconds) if math.isfinite(seconds) else None
    with suppress(ValueError, TypeError, OverflowError):
        return max(0.0, parsedate_to_datetime(value).timestamp() - time.time())
    return None


def _reply(answer: dict[str, Any], prompt_characters: int) -> Reply:
    """Read the first choice of an answer, whatever may be missing in it."""
    choices = answer["choices"]
    choice = choices[0] if isinstance(choices, list) and choices else {}
    choice = choice if isinstance(choice, dict) else {}
    message = choice.get("message")
    content = message.get("content") if isinstance(message, dict) else None
    text = content if isinstance(content, str) else ""
    usage = answer.get("usage")
    usage = usage if isinstance(usage, dict) else {}
    counts = [usage.get(name) for name in ("prompt_tokens", "completion_tokens")]
    guesses = (tokens_of(prompt_characters), estimated_tokens(text))
    known = [count if isinstance(count, int) and count >= 0 else None for count in counts]
    used = [guess if count is None else count for count, guess in zip(known, guesses, strict=True)]
    return Reply(text, used[0], used[1], None in known, choice.get("finish_reason") == "length")
