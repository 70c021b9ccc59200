"""`memcli table` and `sql --write`: tables of the user's own."""

from __future__ import annotations

import json
import random
from collections import Counter

import pytest

from store import Store
from store.check import check

SPENT = [
    {"day": "2026-05-01", "what": "bread", "euros": 3.2},
    {"day": "2026-05-02", "what": "flour", "euros": 2},
    {"day": "2026-05-03", "what": "tea", "euros": None},
]


def lines(*rows):
    return "\n".join(map(json.dumps, rows))


@pytest.fixture
def table(run, empty_store):
    """Run `memcli table`, or `memcli sql`, on a store of its own."""

    def done(*words, stdin="", command="table", **more):
        return run(command, *words, "--store", empty_store, stdin=stdin, **more)

    return done


def rows_of(table, name):
    found = table(f"from {name}", command="sql").records
    return [{k: v for k, v in row.items() if k not in ("kind", "v")} for row in found]


def test_through_the_process(run_process, empty_store):
    made = run_process("table", "create", "spent", "--store", empty_store, stdin=lines(*SPENT))
    assert made.status == 0
    assert made.records == [
        {
            "kind": "table",
            "v": 1,
            "name": "spent",
            "columns": [
                {"name": "day", "type": "date"},
                {"name": "what", "type": "text"},
                {"name": "euros", "type": "number"},
            ],
            "rows": 3,
        }
    ]
    assert made.stderr == "memcli: made table spent with 3 rows; commit 2 (undo takes it back)\n"


def test_sql_reads_it_beside_the_views(table):
    table("create", "spent", stdin=lines(*SPENT))
    found = table("select sum(euros) s, (select count(*) from turns) n from spent", command="sql")
    assert found.records == [{"kind": "row", "v": 1, "s": 5.2, "n": 0}]


def test_rows_that_sql_gives_can_be_put_back_or_taken_out(table):
    table("create", "spent", stdin=lines(*SPENT))
    tea = table("from spent where what = 'tea'", command="sql").stdout
    assert len(table("insert", "spent", stdin=tea).records) == 1
    assert len(rows_of(table, "spent")) == 4
    assert len(table("delete", "spent", stdin=tea).records) == 2
    assert [row["what"] for row in rows_of(table, "spent")] == ["bread", "flour"]


def test_a_row_that_does_not_fit_is_told_with_its_line_and_nothing_is_written(table):
    table("create", "spent", stdin=lines(*SPENT))
    for bad, said in [
        ({"euros": "4"}, "\"4\" does not fit column 'euros', of number"),
        ({"colour": 1}, "spent has no column 'colour' (it has day, what, euros)"),
    ]:
        done = table("insert", "spent", stdin=lines(SPENT[0], bad), status=65)
        assert done.stdout == ""
        assert done.stderr == f"memcli: stdin:2: {said}\n"
    done = table("insert", "spent", stdin="{}\nnonsense\n", status=65)
    assert "stdin:2" in done.stderr
    assert len(rows_of(table, "spent")) == 3


def test_a_key_names_one_row(table):
    table("create", "stock", "-c", "item:text", "-c", "left:integer", "--key", "item")
    table("insert", "stock", stdin=lines({"item": "flour", "left": 2}))
    twice = table("insert", "stock", stdin=lines({"item": "flour"}), status=65)
    assert twice.stdout == ""
    assert "stock has a row with item flour already" in twice.stderr
    table("update", "stock", stdin=lines({"item": "tea", "left": 2}), status=65)
    table("update", "stock", "--upsert", stdin=lines({"item": "tea"}, {"item": "flour", "left": 1}))
    held = sorted(rows_of(table, "stock"), key=lambda row: row["item"])
    assert held == [{"item": "flour", "left": 1}, {"item": "tea"}]
    doubled = table("--write", "update stock set item = 'tea'", command="sql", status=2)
    assert "two rows of stock would have item tea" in doubled.stderr
    lacks = table("insert", "stock", stdin=lines({"left": 1}), status=65)
    assert "does not say 'item'" in lacks.stderr


def test_sql_writes_to_own_tables_only(table):
    table("create", "spent", stdin=lines(*SPENT))
    done = table("--write", "update spent set euros = 1 where what = 'tea'", command="sql")
    assert done.records[0]["counts"] == {"spent": 1}
    assert rows_of(table, "spent")[2]["euros"] == 1
    refused = table("--write", "delete from memories", command="sql", status=2)
    assert "only read in SQL" in refused.stderr
    table("delete from spent", command="sql", status=2)
    assert len(rows_of(table, "spent")) == 3


def test_a_trial_writes_nothing(table):
    dry = table("create", "spent", "--dry-run", stdin=lines(*SPENT))
    assert "dry run: would make table spent with 3 rows" in dry.stderr
    assert table("list").records == []
    table("create", "spent", stdin=lines(*SPENT))
    table("insert", "spent", "-q", "--dry-run", stdin=lines(*SPENT))
    table("delete", "spent", "--where", "true", "--dry-run")
    table("drop", "spent", "--dry-run")
    table("--write", "delete from spent", "--dry-run", command="sql")
    assert len(rows_of(table, "spent")) == 3


@pytest.mark.parametrize("name", ["Stock", "1st", "order", "turns", "memories", "a-b", "", "é"])
def test_names_that_no_table_can_have(table, name):
    assert table("create", name, "-c", "a:text", status=2).stdout == ""


def test_what_there_is_none_of_is_said(table):
    table("create", "spent", "-c", "a:text")
    missing = table("insert", "spend", stdin=lines({"a": "x"}), status=66)
    assert missing.stderr == "memcli: there is no table 'spend' (tables: spent)\n"
    table("create", "spent", "-c", "a:text", status=73)
    wrong = table("delete", "spent", "--where", "b = 1", status=2)
    assert "b" in wrong.stderr


def test_a_namespace_bounds_it(table):
    table("create", "spent", "-n", "home", stdin=lines(*SPENT))
    table("insert", "spent", "-n", "work", stdin=lines({"what": "paper", "euros": 9}))
    found = table("select what from spent", "-n", "work", command="sql").records
    assert [row["what"] for row in found] == ["paper"]
    table("--write", "delete from spent", "-n", "work", command="sql")
    assert len(rows_of(table, "spent")) == 3
    assert table("list", "-n", "work").records[0]["rows"] == 0


def test_a_purge_of_rows_leaves_no_word_of_them(table):
    table("create", "spent", stdin=lines(*SPENT, {"what": "quarxilon tulips"}))
    table("delete", "spent", "--where", "what like 'quarx%'")
    held = table("--purged", "-", command="check", stdin="quarxilon", status=65)
    assert "memcli table delete spent --purge" in held.stdout
    table("delete", "spent", "--where", "what = 'tea'", "--purge")
    table("--purged", "-", command="check", stdin="quarxilon")
    table("drop", "spent", "--purge")
    table("--purged", "-", command="check", stdin="bread")
    table(command="undo", status=66)


def test_a_purge_of_a_memory_says_which_table_says_it_too(table):
    said = table("My locker is behind the violet door", command="add").records[0]["id"]
    table("create", "places", stdin=lines({"what": "My locker is behind the violet door"}))
    done = table("--purge", said, command="forget")
    assert "table places says the same (memcli table delete places --purge)" in done.stderr


def test_an_export_takes_it_into_another_store(run, table, tmp_path):
    more = {"item": "tea", "more": {"of": [1]}, "at": "2026-05-01T10:00:00Z", "new": True}
    table("create", "spent", stdin=lines(*SPENT))
    table("create", "stock", "--key", "item", stdin=lines(more))
    told = table(command="export").stdout
    for _ in range(2):
        run("ingest", "--from", "export", "--store", tmp_path / "new", "--create", stdin=told)
    assert run("export", "--store", tmp_path / "new").stdout == told
    columns = [{"name": "a", "type": "text"}]
    other = lines({"kind": "table", "v": 1, "name": "stock", "columns": columns})
    refused = run("ingest", "--from", "export", "--store", tmp_path / "new", stdin=other, status=65)
    assert "table 'stock' has other columns here" in refused.stderr
    left = table("-f", "csv", command="export")
    assert "left out: table spent, stock" in left.stderr


def test_an_agent_keeps_a_list_and_an_inventory_and_half_of_it_is_undone(table, empty_store):
    """Fifty steps by a seed, beside what the tables should hold; then the second half is undone."""
    dice = random.Random(17)
    table("create", "spent", "-c", "what:text", "-c", "euros:number")
    table("create", "stock", "-c", "item:text", "-c", "left:integer", "--key", "item")
    spent: list[tuple[str, float]] = []
    stock: dict[str, int] = {}
    states = []
    for step in range(50):
        item, n = dice.choice(["flour", "tea", "oil", "rice"]), dice.randint(1, 9)
        kind = dice.choice(["buy", "buy", "use", "price", "clear"])
        if kind == "buy":
            spent.append((item, n / 2))
            stock[item] = stock.get(item, 0) + n
            table("insert", "spent", stdin=lines({"what": item, "euros": n / 2}))
            table("update", "stock", "--upsert", stdin=lines({"item": item, "left": stock[item]}))
        elif kind == "use" and item in stock:
            stock[item] -= 1
            taken = f'update stock set "left" = "left" - 1 where item = \'{item}\''
            table("--write", taken, command="sql")
        elif kind == "price":
            spent = [(what, euros + 1 if what == item else euros) for what, euros in spent]
            dearer = f"update spent set euros = euros + 1 where what = '{item}'"
            table("--write", dearer, command="sql")
        elif kind == "clear":
            stock.pop(item, None)
            table("delete", "stock", "--on", "item", stdin=lines({"item": item}))
        states.append((Counter(spent), dict(stock), Store.open(empty_store).head().number))
        if step % 10 == 9:
            held = Counter((row["what"], row["euros"]) for row in rows_of(table, "spent"))
            assert held == Counter(spent)
            assert {row["item"]: row["left"] for row in rows_of(table, "stock")} == stock
    spent_then, stock_then, commit = states[24]
    table("--to", str(commit), command="undo")
    held = Counter((row["what"], row["euros"]) for row in rows_of(table, "spent"))
    assert held == spent_then
    assert {row["item"]: row["left"] for row in rows_of(table, "stock")} == stock_then
    assert [one.what for one in check(Store.open(empty_store)) if one.severity == "error"] == []
