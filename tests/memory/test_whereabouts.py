"""People and places as filters, by all their names."""

from __future__ import annotations

import json
import re
import shutil

import pytest

from memcli.memory.filters import Filters
from memcli.memory.whereabouts import NameBound, _in_brackets_alone, _pattern
from store import Store
from store.errors import BadUsage

SAID = (
    ("Ida", "I moved to Porto last May."),
    ("Bo", "My sister Juno is a nurse."),
    ("Bo", "She plays the cello in Ghent."),
    ("Ida", "Portofino is on the sea, they say."),
    ("Kim", "The tea was cold."),
    ("Bo", "The gaffer wants the boat by Friday."),
)


@pytest.fixture(scope="module")
def travelled(run, empty_once, tmp_path_factory):
    path = shutil.copytree(empty_once, tmp_path_factory.mktemp("travelled") / "store")
    turns = [
        {"kind": "message", "v": 1, "name": name, "content": text, "session_id": f"s{at // 3}"}
        | {"timestamp": f"2025-03-01T10:0{at}:00Z", "id": f"t{at}"}
        for at, (name, text) in enumerate(SAID)
    ]
    run("ingest", "--store", path, stdin="".join(json.dumps(turn) + "\n" for turn in turns))
    for step in ("extract", "link"):
        run(step, "-q", "--store", path)
    run("entities", "alias", "Kim", "the gaffer", "-q", "--store", path)
    return path


def turns_of(path, place=None, company=None):
    snapshot = Store.open(path).snapshot()
    where = Filters(level=0).of_names(snapshot, place, company).condition()
    return {row["ref"] for row in snapshot.rows(["ref"], where)}


def test_a_place_is_what_names_it_as_a_whole_word(travelled):
    assert turns_of(travelled, place="porto") == {"t0"}
    assert turns_of(travelled, place="Ghent") == {"t2"}
    assert turns_of(travelled, place="nowhere") == set()


def test_a_person_speaks_is_named_or_is_meant(travelled):
    assert turns_of(travelled, company="Ida") == {"t0", "t3"}
    assert turns_of(travelled, company="juno") == {"t1"}
    said = re.compile(_pattern(["Juno"]))
    assert _in_brackets_alone("She [Juno] plays the cello.", said)
    assert not _in_brackets_alone("Juno says that she [Juno] plays.", said)


def test_a_person_is_known_by_all_names(travelled):
    assert turns_of(travelled, company="kim") == {"t4", "t5"}
    assert turns_of(travelled, company="the gaffer") == {"t4", "t5"}


def test_both_bounds_hold_together(travelled):
    assert turns_of(travelled, "Porto", "Ida") == {"t0"}
    assert turns_of(travelled, "Ghent", "Ida") == set()


def test_hits_and_a_context_keep_to_them(run, travelled):
    store = ("--no-touch", "--store", travelled)
    found = run("query", "who plays the cello?", "--with", "Juno", "--level", 0, *store).records
    assert {hit["ref"] for hit in found} == {"t1"}
    assert run("query", "the sea", "--place", "Porto", *store).records[0]["ref"] == "t0"
    block = run("context", "what is new?", "--place", "Ghent", *store).stdout
    assert "cello" in block
    assert not any(word in block for word in ("Porto", "tea was", "the boat")), block


def test_a_wrong_name_says_what_is_near(run, travelled):
    store = ("--store", travelled)
    done = run("query", "the sea", "--place", "Pporto", *store)
    assert done.records == []
    assert "no place is called 'Pporto' (there is Porto" in done.stderr
    done = run("query", "the sea", "--with", "Junno", *store)
    assert "nobody is called 'Junno' (there is Juno" in done.stderr
    assert "nobody is called 'Junno'" in run("context", "hi", "--with", "Junno", *store).stderr
    run("query", "the sea", "--with", " ", *store, status=2)


def test_a_name_is_matched_as_it_is_and_cannot_end_the_condition():
    assert re.search(_pattern(["a.b"]), "see A.B there")
    assert not re.search(_pattern(["a.b"]), "axb")
    assert re.search(_pattern(["北京"]), "我在北京住")
    condition = NameBound("place", ("o'x) OR (true",)).condition()
    assert condition.count("(") == condition.count(")")
    with pytest.raises(BadUsage):
        Filters().of_names(None, " ", None)
