"""SQL that writes to tables of the user's own."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.errors import BadUsage
from store.sql_writing import run_write

TIME = pa.timestamp("us", "UTC")
SCHEMA = pa.schema(
    [("what", pa.string()), ("left", pa.int64()), ("_id", pa.string()),
     ("_namespace", pa.string()), ("_recorded_at", TIME)]
)  # fmt: skip
HELD = [("flour", 2), ("tea", 1), (None, None)]


def table(held=HELD):
    made = [{"what": w, "left": n, "_id": str(i)} for i, (w, n) in enumerate(held)]
    return pa.Table.from_pylist(made, schema=SCHEMA)


def changed(statement, held=HELD, **others):
    found = run_write({}, {"stock": table(held), **others}, statement)
    if "stock" not in found:
        return [], [], []
    rows = found["stock"]
    own = (("what", "left", "_id"), ("what", "left"))
    kept, new = (
        [tuple(row[name] for name in names) for row in part.to_pylist()]
        for part, names in zip((rows.kept, rows.new), own, strict=True)
    )
    return kept, new, rows.gone


def test_it_tells_what_was_changed_added_and_taken_out():
    assert changed("UPDATE stock SET \"left\" = 5 WHERE what = 'tea'") == (
        [("tea", 5, "1")],
        [],
        [],
    )
    assert changed("INSERT INTO stock VALUES ('salt', 3)") == ([], [("salt", 3)], [])
    assert changed('DELETE FROM stock WHERE "left" > 1') == ([], [], ["0"])
    assert changed("DELETE FROM stock WHERE false") == ([], [], [])
    assert changed("UPDATE stock SET what = what") == ([], [], [])


def test_a_row_keeps_its_id_through_changes_of_others():
    held = [(str(n), n) for n in range(5_000)]
    kept, new, gone = changed('UPDATE stock SET "left" = -1 WHERE "left" % 2 = 0', held)
    assert [id_ for *_, id_ in kept] == [str(n) for n in range(0, 5_000, 2)]
    assert (new, gone) == ([], [])
    kept, new, gone = changed('DELETE FROM stock WHERE "left" % 3 = 0', held)
    assert gone == [str(n) for n in range(0, 5_000, 3)]
    assert kept == []


def test_it_reads_other_tables_and_what_was_given_besides():
    assert changed("INSERT INTO stock FROM other", other=table([("oil", 9)]))[1] == [("oil", 9)]


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("SELECT 1", "SELECT is refused"),
        ("DROP TABLE stock", "DROP is refused"),
        ("CREATE TABLE x AS SELECT 1", "CREATE is refused"),
        ("COPY stock TO '/dev/null'", "COPY is refused"),
        ("ATTACH 'x.db'", "ATTACH is refused"),
        ("SET memory_limit = '9GB'", "SET is refused"),
        ("DELETE FROM stock; DELETE FROM stock", "2 statements"),
        ("INSERT INTO stock SELECT content, 1 FROM read_text('/etc/hostname')", "only the store"),
        ("INSERT INTO nowhere VALUES (1)", "nowhere does not exist"),
        ("INSERT INTO stock VALUES ('a', 'b')", "Could not convert"),
        ("INSERT INTO seen VALUES (1)", "only read in SQL"),
    ],
)
def test_all_else_is_refused(statement, said):
    with pytest.raises(BadUsage, match=said):
        run_write({"seen": pa.table({"a": [1]})}, {"stock": table()}, statement)


# Each example opens a database.
@settings(max_examples=30)
@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.integers(0, 5)), max_size=12), st.integers(0, 5)
)
def test_what_it_tells_makes_of_the_table_what_the_statement_made(held, bound):
    kept, new, gone = changed(f"UPDATE stock SET what = 'z' WHERE \"left\" < {bound}", held)
    after = {str(i): row for i, row in enumerate(held)}
    after |= {id_: (what, left) for what, left, id_ in kept}
    assert (new, gone) == ([], [])
    assert [*after.values()] == [("z" if n < bound else w, n) for w, n in held]
