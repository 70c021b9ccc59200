"""Plug-ins: a real package with one of each kind, through the program and by the contracts."""

from __future__ import annotations

import importlib
import os
import re
import subprocess
import sys

import pytest

from memcli import plugins
from memcli.exports.contents import Contents
from memcli.exports.contract import check_exporter
from memcli.ingestion.transcripts import Accepted
from memcli.ingestion.transcripts.contract import check_importer
from memcli.memory.contract import check_encoder
from memcli.retention.contract import check_policy
from memcli.search.reranking.contract import check_reranker
from store import Store
from store.errors import BadRecord, BadUsage, PluginUnavailable
from tests.conftest import run_here
from tests.support.hits import hits
from tests.support.paths import ROOT
from tests.support.plugin_package import install

WORDS = b"!Mara!We named the boat Zwaluw.\n!Jonas!A fine name for her.\n"


@pytest.fixture(scope="module")
def run(run_process):
    """
    Return what runs memcli: in this process, which has the package on its path, or in another.

    A process of its own finds the package by its environment, and without that does not.
    """

    def run_it(*arguments, **options):
        return (run_process if options.keys() - {"stdin"} else run_here)(*arguments, **options)

    return run_it


@pytest.fixture
def run_with(modules):
    """
    Return what runs memcli in this process, with the package on its path or without.

    Each run imports it anew. That a process of its own finds it too is for one test of a kind.
    """

    def run_it(*arguments, has_package=True, **options):
        with pytest.MonkeyPatch.context() as patch:
            if has_package:
                patch.syspath_prepend(str(modules))
            try:
                return run_here(*arguments, **options)
            finally:
                for name in [n for n in sys.modules if n.partition(".")[0] == "memcli_extra"]:
                    del sys.modules[name]

    return run_it


@pytest.fixture(scope="module")
def modules(tmp_path_factory):
    return install(tmp_path_factory.mktemp("modules"))


@pytest.fixture(scope="module")
def env(modules):
    return {"PYTHONPATH": f"{ROOT}{os.pathsep}{modules}"}


@pytest.fixture
def extra(modules, monkeypatch):
    """Return the module of plug-ins, installed in this process too."""
    monkeypatch.syspath_prepend(str(modules))
    yield importlib.import_module("memcli_extra")
    sys.modules.pop("memcli_extra", None)


@pytest.fixture
def bang(tmp_path):
    path = tmp_path / "words.bang"
    path.write_bytes(WORDS)
    return path


# ---------------------------------------------------------------- finding


def test_our_own_names_come_first_and_look_for_nothing(monkeypatch):
    monkeypatch.setattr(plugins, "look_up", None)
    assert plugins.find("exporters", "titles", {"titles": 7}) == 7


def test_an_unknown_name_is_a_usage_error_with_our_own():
    with pytest.raises(BadUsage, match=r"'nope' is none of the decay policies .*power, age"):
        plugins.find("decay_policies", "nope", {"power": 1, "age": 2})


@pytest.mark.parametrize("name", ["", "../x", "a/b", "-x", "a:b"])
def test_what_cannot_be_a_name_is_not_looked_for(extra, name):
    assert plugins.look_up("importers", name) is None


def test_a_plugin_that_cannot_be_imported_names_its_package(extra):
    with pytest.raises(PluginUnavailable, match=r"broken of the package memcli-extra .*nobody_has"):
        plugins.look_up("encoders", "broken")


def test_a_name_in_two_packages_is_neither(extra, tmp_path, monkeypatch):
    other = tmp_path / "other-2.dist-info"
    other.mkdir()
    (other / "METADATA").write_text("Metadata-Version: 2.1\nName: other\nVersion: 2\n")
    (other / "entry_points.txt").write_text("[memcli.exporters]\ntitles = json:dumps\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(PluginUnavailable, match="in several packages: memcli-extra, other"):
        plugins.look_up("exporters", "titles")


def test_what_a_plugin_fails_by_is_its_own_fault_and_what_we_fail_by_is_not():
    fault = pytest.raises(PluginUnavailable, match="the plug-in x of the exporters failed: KeyE")
    with fault, plugins.blamed("exporters", "x"):
        raise KeyError("y")
    with pytest.raises(BadUsage), plugins.blamed("exporters", "x"):
        raise BadUsage("y")


def test_what_is_installed_is_told_without_an_import(run, run_with, env, empty_store):
    rows = run("models", "list", "--plugins", env=env).records
    assert {(r["plugin"], r["name"], r["package"], r["version"]) for r in rows} >= {
        (kind, name, "memcli-extra", "1.2")
        for kind, name in (
            ("importers", "bang"), ("rerankers", "longest"), ("encoders", "letters"),
            ("decay_policies", "cliff"), ("exporters", "titles"), ("exporters", "broken"),
        )
    }  # fmt: skip
    counts = run_with("stats", "--store", empty_store).records[0]["counts"]
    assert "encoders: letters (memcli-extra 1.2)" in counts["plugins"]
    shown = run_with("stats", "--store", empty_store, "-f", "table").stdout
    assert "plug-in  encoders: letters (memcli-extra 1.2)\n" in shown
    assert "plugins" not in run("stats", "--store", empty_store).records[0]["counts"]


@pytest.mark.parametrize(
    "arguments", [["--help"], ["query", "boat", "--store"], ["export", "--store"]]
)
def test_no_cold_start_looks_for_plugins(arguments, env, sample):
    given = arguments if arguments == ["--help"] else [*arguments, sample]
    command = [sys.executable, "-X", "importtime", "-m", "memcli", *map(str, given)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=True, env={**os.environ, **env}
    )
    lines = (line for line in done.stderr.splitlines() if line.startswith("import time:"))
    imported = {line.rpartition("|")[2].strip() for line in lines}
    assert "memcli" in imported
    assert not imported & {"importlib.metadata", "memcli_extra"}


# ---------------------------------------------------------------- each kind, through the program


def test_an_importer(run, run_with, env, extra, bang, empty_store, tmp_path):
    rows = run("ingest", bang, "--from", "bang", "--store", empty_store, env=env).records
    assert [(row["speaker"], row["text"]) for row in rows] == [
        ("Mara", "We named the boat Zwaluw."),
        ("Jonas", "A fine name for her."),
    ]
    # A folder stands for its files; what is none of its own is rejected, and named.
    again = run("ingest", tmp_path, "--from", "bang", "--store", empty_store)
    assert "all 2 records are known already" in again.stderr
    other = tmp_path / "other.txt"
    other.write_text("Mara: Hi\n")
    wrong = run_with("ingest", other, "--from", "bang", "--store", empty_store, status=65)
    assert "it does not look like bang" in wrong.stderr
    bad = run_with("ingest", "--from", "bang", "--store", empty_store, status=65, stdin="!x\n")
    assert ":1: no !name!words" in bad.stderr


def test_a_reranker(run, run_with, env, sample):
    options = ["query", "boat", "-k", 5, "--store", sample, "--no-touch"]
    plain = run(*options).records
    hit = run(*options, "--rerank", f"longest:{plain[4]['text'][:20]}", env=env).records[0]
    assert hit["text"] == plain[4]["text"] or hit["why"]["rerank"] > 0
    assert hit["why"].keys() >= {"rerank"}
    none = run_with(*options, "--rerank", "longest", has_package=False, status=69).stderr
    assert "no cross-encoder at longest" in none


def test_an_encoder(run, env, extra, tmp_path, modules):
    store = tmp_path / "store"
    run("init", "--store", store, "--encoder", "letters")
    run("ingest", "--store", store, stdin="Mara: We named the boat Zwaluw.\n")
    (hit,) = run("query", "zwaluw", "--store", store, env=env).records
    assert hit["text"] == "We named the boat Zwaluw."
    (commit, _) = run("log", "--store", store).records
    assert commit["encoder"]["name"] == "letters"
    assert commit["encoder"]["dimension"] == 32
    # Without it nothing can be asked; another edition is refused; the store can move.
    assert "no encoder at letters" in run("query", "x", "--store", store, status=69).stderr
    module = modules / "memcli_extra" / "__init__.py"
    text = module.read_text()
    module.write_text(text.replace('edition = "letters", 32, "1"', 'edition = "letters", 32, "2"'))
    try:
        changed = run("query", "x", "--store", store, env=env, status=69).stderr
    finally:
        module.write_text(text)
    assert "letters is not as it was" in changed
    run("reembed", "--encoder", "static-256", "--store", store)
    assert run("query", "zwaluw", "--store", store).records
    run("reembed", "--encoder", "letters", "--store", store)
    assert run("query", "zwaluw", "--store", store).records


def test_a_store_found_upward_names_no_encoder(run_with, tmp_path):
    run_with("init", "--here", "--encoder", "letters", cwd=tmp_path)
    run_with("query", "x", cwd=tmp_path)
    run_with("trust", "--remove", cwd=tmp_path)
    refused = run_with("query", "x", cwd=tmp_path, status=2)
    assert "asks for the plug-in letters" in refused.stderr
    assert "memcli trust DIR" in refused.stderr
    run_with("query", "x", "--store", tmp_path / ".memory", cwd=tmp_path)


CLIFF = '[decay]\nclock = "days"\n[decay.policy]\nname = "cliff"\ncliff_days = 10.0\n'


def test_a_decay_policy(run, run_with, env, sample):
    (sample / "config.toml").write_text(CLIFF)
    options = ["decay", "--dry-run", "--store", sample, "--now"]
    early = run_with(*options, "2025-12-31T00:00:00Z").records
    late = run(*options, "2027-01-01T00:00:00Z", env=env).records
    assert {row["retention"] for row in late} == {0.0}
    assert len(late) > len(early)
    without = run_with(*options, "2027-01-01", has_package=False, status=2).stderr
    assert "no policy of the name 'cliff'" in without
    (sample / "config.toml").write_text(CLIFF.replace("cliff_days", "clif_days"))
    assert "'clif_days'" in run_with(*options, "2027-01-01", status=2).stderr


def test_a_store_found_upward_names_no_policy(run_with, sample):
    (sample / "config.toml").write_text(CLIFF)
    found = sample.rename(sample.parent / ".memory")
    for command in ("decay", "consolidate"):
        refused = run_with(command, cwd=found.parent, status=2)
        assert "is not trusted: it is not written to" in refused.stderr
    run_with("decay", "--dry-run", "--store", found)


def test_an_exporter(run, run_with, env, sample, tmp_path):
    path = tmp_path / "all.titles"
    done = run("export", "-f", "titles", "-o", path, "--store", sample, env=env)
    assert "wrote 290 memories" in done.stderr
    assert len(path.read_text().splitlines()) == 290
    run_with("export", "-f", "titles", "-o", path, "--store", sample, status=73)
    nowhere = run_with("export", "-f", "titles", "--store", sample, status=2)
    assert "add -o FILE" in nowhere.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["ingest", "--from", "broken"],
        ["query", "x", "--rerank", "broken"],
        ["reembed", "--encoder", "broken"],
        ["export", "-f", "broken", "-o", "out"],
    ],
)
def test_one_that_cannot_be_imported_is_named_with_its_package(run_with, empty_store, arguments):
    failed = run_with(*arguments, "--store", empty_store, status=69)
    assert "broken of the package memcli-extra cannot be loaded" in failed.stderr
    assert failed.stderr.count("\n") == 1


def test_a_policy_that_cannot_be_imported_is_named_with_its_package(run_with, empty_store):
    (empty_store / "config.toml").write_text('[decay.policy]\nname = "broken"\n')
    failed = run_with("decay", "--store", empty_store, status=69)
    assert "broken of the package memcli-extra cannot be loaded" in failed.stderr


# ---------------------------------------------------------------- contracts, as an author runs them


def test_the_plugins_hold_to_the_contracts(extra, sample_once, tmp_path):
    check_importer(extra.Bang(), WORDS)
    check_reranker(extra.Longest("x"), hits("a", "bb", "x"))
    check_encoder(extra.Letters())
    check_policy(extra.Cliff())
    check_exporter(extra.Titles(), Contents(Store.open(sample_once).snapshot()), tmp_path)


def test_a_contract_that_is_broken_is_told(extra):
    class Rising(extra.Cliff):
        def retention(self, anchors):
            return (anchors.age_days > 5).astype(float)

    with pytest.raises(AssertionError, match="never rises"):
        check_policy(Rising())

    class Uneven(extra.Letters):
        def encode(self, texts):
            return super().encode(texts)[::-1]

    with pytest.raises(AssertionError, match="whatever stands beside it"):
        check_encoder(Uneven())

    class Strict(extra.Bang):
        def read(self, source):
            for item in super().read(source):
                if not isinstance(item, Accepted):
                    raise item.error
                yield item

    with pytest.raises(BadRecord):
        check_importer(Strict(), WORDS)

    class Few(extra.Longest):
        def score(self, query, hits):
            return [1.0]

    with pytest.raises(AssertionError, match="one number a hit"):
        check_reranker(Few("x"), hits("a", "bb"))


def test_the_examples_for_authors_run_and_hold_to_the_contracts():
    page = (ROOT / "memcli" / "docs" / "plugins.md").read_text("utf-8")
    examples = re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)
    assert len(examples) == 2
    for example in examples:
        exec(example, {"__name__": __name__})
    for kind in plugins.KINDS:
        assert f"`memcli.{kind}`" in page
