"""Every watermark that a nightly run leaves has a name here, and every name says what it counts."""

from memcli.consolidation.nightly import STEPS, NightlyRun, consolidate
from memcli.memory.watermarks import Watermark
from memcli.models.encoder import Encoder
from store import Store


def test_every_name_says_what_it_counts():
    assert [str(mark) for mark in Watermark] == [mark.value for mark in Watermark]
    assert all(mark.counts and mark.counts != mark.value for mark in Watermark)
    assert len({mark.counts for mark in Watermark}) == len(Watermark)


def test_a_nightly_run_leaves_these_and_no_others(sample):
    from datetime import UTC, datetime

    from memcli.config import read_config

    store = Store.open(sample)
    encoder = Encoder.of_stamp(store.head().encoder)
    config = read_config(store.layout.config)
    run = NightlyRun(store, encoder, config, datetime(2026, 2, 1, tzinfo=UTC))
    consolidate(run, STEPS, lambda step: None)
    assert set(store.head().watermarks) == set(Watermark)
