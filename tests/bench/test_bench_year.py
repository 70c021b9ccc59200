"""What a year of forgetting costs and saves, on annotated chats; skipped where they are not."""

import json
import subprocess
import time

import pytest
from bench_support import SHARED, memcli
from year import draw, figures, spend_years

pytestmark = pytest.mark.bench

DATA = SHARED / "lihua"
# What a search looks through must shrink by so much, and find no less.
MOST_HOT = 0.7


@pytest.fixture(scope="module")
def years(tmp_path_factory):
    """Return the year with decay, the year without, and the folder of their stores."""
    if not DATA.is_dir():
        pytest.skip("lihua is not beside this checkout")
    folder = tmp_path_factory.mktemp("year")
    return *spend_years(DATA, folder), folder


def consolidated(store, *options):
    """Return the counts of a `consolidate` and its seconds, start of the process included."""
    started = time.perf_counter()
    printed = memcli("consolidate", "--format", "jsonl", *options, "--store", store)
    return json.loads(printed)["counts"], time.perf_counter() - started


def test_a_year_of_forgetting_finds_as_much_among_fewer_memories(years, report):
    forgetting, keeping, _ = years
    report(*figures("with decay", forgetting), *figures("without decay", keeping))
    report(f"hot memories with decay: {forgetting.hot / keeping.hot:.3f} of those without")
    assert forgetting.hot <= MOST_HOT * keeping.hot
    assert forgetting.recall["recall@10"] >= keeping.recall["recall@10"]


def test_a_store_is_sound_after_a_year_and_a_further_night_changes_nothing(years, report):
    forgetting, _, folder = years
    store = folder / "forgetting"
    assert memcli("check", "--store", store) == ""
    now = f"{forgetting.nights[-1].day}T23:59:59Z"
    consolidated(store, "--now", now)
    counts, seconds = consolidated(store, "--now", now)
    report(f"consolidate after a year with nothing to do: {seconds:.1f} s; must 5 or less")
    assert counts["commits"] == 0


def test_a_year_of_turns_is_consolidated_at_once(years, report, tmp_path):
    store = tmp_path / "store"
    memcli("init", "--store", store)
    memcli("ingest", DATA / "messages.jsonl", "--store", store, stdin=subprocess.DEVNULL)
    _, seconds = consolidated(store)
    report(f"consolidate of the year's turns at once: {seconds:.0f} s; must 120 or less")


def test_the_plot_of_the_same_nights_is_the_same_file(years, tmp_path):
    forgetting, keeping, _ = years
    plots = [tmp_path / "one.svg", tmp_path / "other.svg"]
    for plot in plots:
        draw(forgetting.nights, keeping.nights, plot)
    assert plots[0].read_bytes() == plots[1].read_bytes()
    assert b"<!--" not in plots[0].read_bytes()
