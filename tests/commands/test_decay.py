"""memcli decay"""

from __future__ import annotations

import shutil

import pytest

from memcli.algorithms.decay import POLICIES

EARLY = "2026-01-01T12:00:00Z"
LATE = "2027-01-01T12:00:00Z"


def commits(store):
    return sorted(path.name for path in (store / "commits").iterdir())


def configure(store, text):
    (store / "config.toml").write_text(text)


def set_fast(store, name="ebbinghaus"):
    settings = 'clock = "days"\nimportance_floor = 1.0'
    configure(store, f'[decay]\n{settings}\n[decay.policy]\nname = "{name}"\n')


@pytest.fixture(scope="module")
def faded_once(run, sample_once, tmp_path_factory):
    """The sample, extracted and decayed, and what that said. No test may change it."""
    store = shutil.copytree(sample_once, tmp_path_factory.mktemp("faded") / "store")
    run("extract", "--store", store, "--now", EARLY, "--quiet")
    set_fast(store)
    return store, run("decay", "--store", store, "--now", LATE)


@pytest.fixture
def faded(faded_once, tmp_path):
    return shutil.copytree(faded_once[0], tmp_path / "faded")


def test_it_writes_a_summary_and_a_rerun_has_nothing_to_do(run, run_process, faded):
    before = commits(faded)
    again = run_process("decay", "--store", faded, "--now", LATE)
    assert again.stdout == ""
    assert "nothing fades" in again.stderr
    assert commits(faded) == before
    assert run("check", "--store", faded).stdout == ""


def test_the_summary_says_what_changed(faded_once):
    (summary,) = faded_once[1].records
    assert (summary["kind"], summary["command"]) == ("summary", "decay")
    assert summary["counts"]["archived"] > 300
    assert f"{summary['counts']['archived']:,} archived" in faded_once[1].stderr


def test_what_is_archived_is_found_with_all_and_comes_back_by_that(run, faded):
    ask = ("query", "where does Mara live?", "-k", 3, "--store", faded, "--now", LATE)
    known = run("sql", "select id from archive", "--store", faded).records
    archived = {row["id"] for row in known}
    assert not archived & {hit["id"] for hit in run(*ask, "--no-touch").records}
    hits = {hit["id"] for hit in run(*ask, "--all").records} & archived
    assert hits
    run("decay", "--store", faded, "--now", LATE, "--quiet")
    left = run("sql", "select id from archive", "--store", faded).records
    assert not hits & {row["id"] for row in left}
    assert run("check", "--store", faded).stdout == ""


def test_a_dry_run_lists_changes_with_reasons_and_writes_nothing(run, faded):
    run("undo", "--store", faded)
    before = commits(faded)
    done = run("decay", "--dry-run", "--store", faded, "--now", LATE)
    assert len(done.records) > 300
    assert {row["kind"] for row in done.records} == {"row"}
    assert done.records[0]["after"] == "archived"
    assert "days of use" in done.records[0]["reason"]
    assert "dry run" in done.stderr
    assert commits(faded) == before


def test_explain_draws_a_curve_or_gives_its_terms(run, faded):
    (row,) = run("sql", "select id, text from archive limit 1", "--store", faded).records
    here = ("--store", faded, "--now", LATE)
    (terms,) = run("decay", "--explain", row["id"], *here).records
    assert terms["id"] == row["id"]
    assert (terms["policy"], terms["state"]) == ("ebbinghaus", "archived")
    assert terms["retention"] < 0.01
    for form in ("text", "table"):
        drawn = run("decay", "--explain", row["id"], "--format", form, *here).stdout
        assert "stability_days" in drawn
        assert "*" in drawn
        assert row["text"][:20] in drawn
    assert "no memory" in run("decay", "--explain", "nobody", *here, status=66).stderr
    run("decay", "--explain", row["id"], "-n", "elsewhere", *here, status=66)


def test_a_plot_is_written_once_the_same_and_refused_elsewhere(run, faded, tmp_path):
    here = ("--store", faded, "--now", LATE)
    before = commits(faded)
    for name in ("a.svg", "b.svg"):
        done = run("decay", "--plot", tmp_path / name, *here)
        assert done.stdout == ""
        assert "memories drawn" in done.stderr
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    assert ".svg" in run("decay", "--plot", tmp_path / "a.png", *here, status=2).stderr
    run("decay", "--plot", tmp_path / "none" / "a.svg", *here, status=74)
    assert commits(faded) == before


@pytest.mark.parametrize("name", sorted(POLICIES))
def test_every_policy_does_its_work(run, sample, name):
    set_fast(sample, name)
    done = run("decay", "--store", sample, "--now", LATE, "--dry-run")
    changed = {row["after"] for row in done.records}
    if name == "none":
        assert changed == set()
    else:
        assert changed & {"dormant", "archived"}


def test_wrong_settings_are_refused_by_name(run, sample):
    for text, says in (
        ("[decay]\nclock = 'sun'", "clock"),
        ("[decay.policy]\nnoise = 0", "noise"),
        ("[decay.types.dreams]\nrate = 1", "dreams"),
    ):
        configure(sample, text)
        done = run("decay", "--store", sample, status=2)
        assert done.stdout == ""
        assert says in done.stderr
        assert "Traceback" not in done.stderr


def test_the_settings_of_a_new_store_may_be_taken_as_they_stand(run, empty_store):
    path = empty_store / "config.toml"
    lines = path.read_text().split("\n")
    start = lines.index("[decay]")
    end = lines.index("[llm]")
    asked = [line.removeprefix("# ") if " = " in line else line for line in lines[start:end]]
    path.write_text("\n".join(asked))
    assert run("decay", "--store", empty_store).stdout == ""


def test_a_missing_store_is_66_and_an_empty_one_has_nothing_to_do(run, empty_store, tmp_path):
    run("decay", "--store", tmp_path / "none", status=66)
    assert run("decay", "--store", empty_store, "--dry-run").stdout == ""
    before = commits(empty_store)
    assert run("decay", "--store", empty_store).stdout == ""
    run("decay", "--plot", tmp_path / "x.svg", "--store", empty_store)
    assert commits(empty_store) == before
