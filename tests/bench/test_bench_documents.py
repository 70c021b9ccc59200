"""Questions to notes: how many have their answer as the first hit."""

import pytest
from bench_support import memcli

from memcli.models.encoder import Encoder
from memcli.search.retriever import Retriever
from store import Store
from tests.support.noted import SETS, right_first

pytestmark = pytest.mark.bench


@pytest.mark.parametrize("encoder", ["multilingual-256", "minilm-l6-v2"])
def test_answers_that_come_first(report, tmp_path, encoder):
    told, loaded = [], Encoder.load(encoder)
    for name in sorted(path.name for path in SETS.iterdir()):
        store = tmp_path / name
        memcli("init", "--store", store, "--encoder", encoder)
        memcli("ingest", SETS / name / "notes", "--store", store)
        retriever = Retriever(Store.open(store).snapshot(), lambda: loaded)
        told.append((name, right_first(name, retriever)))
    report(f"first hits of 30 questions each, {encoder}: {told}")
