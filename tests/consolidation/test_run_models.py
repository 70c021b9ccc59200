"""The language model of a nightly run: one client and one budget for all that steps ask."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from memcli.consolidation.run_models import Models
from memcli.models.encoder import Encoder
from memcli.models.llm.settings import LlmSettings
from store import Store
from tests.support.llm_loopback import LoopbackServer


@pytest.fixture
def service():
    answer = {"content": {"summary": "They spoke of the boat.", "text": "x"}, "times": 0}
    with LoopbackServer([answer]) as server:
        yield server


def test_readers_and_the_writer_share_a_model_and_its_budget(service, empty_store):
    settings = LlmSettings(base_url=service.url, model="tiny")
    models = Models(settings, empty_store, print)
    snapshot = Store.open(empty_store).snapshot()
    step = SimpleNamespace(snapshot=snapshot, encoder=Encoder.load("static-256"), built_in=None)
    reader = models.reader(step)
    assert models.writer() is models.writer()
    assert reader is not models.reader(step)
    assert models.used().startswith("tiny: 0 calls")
    models.writer()("On 1 May.", ["The boat is red.", "The boat has two masts."])
    assert len(service.requests) >= 1
    assert models.used().startswith(f"tiny: {len(service.requests)} calls")
