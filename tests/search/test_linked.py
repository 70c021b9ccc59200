"""What a hit is tied to, under it."""

from __future__ import annotations


def test_hits_have_what_they_are_tied_to_and_why(run, linked_once):
    store = ("--no-touch", "--store", linked_once.path)
    plain = run("query", "who is Jonas's sister?", "-k", 3, *store).records
    assert all("linked" not in hit for hit in plain)
    hits = run("query", "who is Jonas's sister?", "-k", 3, "--linked", 2, *store).records
    assert [hit["id"] for hit in hits] == [hit["id"] for hit in plain]
    ties = [tie for hit in hits for tie in hit.get("linked", ())]
    assert ties
    assert all(len(hit.get("linked", ())) <= 2 for hit in hits)
    assert {"id", "relation", "outward", "weight", "text"} <= ties[0].keys()
    shown = {hit["id"] for hit in hits}
    assert not shown & {tie["id"] for tie in ties}


def test_a_table_has_them_beneath_the_row(run, linked_once):
    store = ("--no-touch", "--store", linked_once.path)
    asked = ("query", "who is Jonas's sister?", "-k", 2, "--linked", 3, "-f", "table", *store)
    lines = run(*asked).stdout.splitlines()
    assert any(line.startswith(("  linked -> ", "  linked <- ")) for line in lines)
