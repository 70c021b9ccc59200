"""SQL over a snapshot: what a statement can do, and what it cannot reach."""

from __future__ import annotations

import shutil
import time
from pathlib import Path

import duckdb
import pytest

from store import Store
from store.errors import BadUsage, MemcliError, StoreCorrupt
from store.layout import TABLE_NAMES
from store.sql import write_database

MINE = "mara-and-jonas"


@pytest.fixture(scope="module")
def snapshot(sample_once):
    return Store.open(sample_once).snapshot()


def run_statement(snapshot, statement, **options):
    return snapshot.run_statement(statement, **options).rows.to_pylist()


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT count(*) FROM memories",
        "FROM sessions LIMIT 1",
        "WITH t AS (SELECT 1) SELECT * FROM t",
        "VALUES (1), (2)",
        "TABLE turns",
        "DESCRIBE memories",
        "SHOW TABLES",
        "SUMMARIZE links",
        "EXPLAIN SELECT * FROM memories",
        "PIVOT (SELECT session_id, speaker FROM turns) ON speaker USING count(*)",
        " SELECT 1 ; -- with a remark",
    ],
)
def test_statements_that_read_are_answered(snapshot, statement):
    assert run_statement(snapshot, statement)


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE t AS SELECT 1",
        "CREATE VIEW v AS SELECT 1",
        "INSERT INTO memories SELECT * FROM memories",
        "DELETE FROM memories",
        "UPDATE memories SET text = ''",
        "DROP VIEW memories",
        "WITH t AS (SELECT 1) INSERT INTO links SELECT * FROM t",
        "SET threads = 1",
        "RESET lock_configuration",
        "PRAGMA show_tables",
        "CALL pragma_version()",
        "PREPARE p AS SELECT 1",
        "USE memory",
        "BEGIN",
        "VACUUM",
        "CHECKPOINT",
        "COPY (SELECT 1) TO '{folder}/out.csv'",
        "COPY memories FROM '{folder}/in.csv'",
        "EXPORT DATABASE '{folder}/all'",
        "IMPORT DATABASE '{folder}'",
        "ATTACH '{folder}/other.duckdb'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "CREATE SECRET s (TYPE s3)",
    ],
)
def test_statements_that_do_more_than_read_are_refused(snapshot, statement, tmp_path):
    before = set(tmp_path.iterdir())
    with pytest.raises(BadUsage, match="is refused: sql only reads the store"):
        snapshot.run_statement(statement.format(folder=tmp_path))
    assert set(tmp_path.iterdir()) == before


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM read_csv('{file}')",
        "SELECT * FROM read_text('{file}')",
        "SELECT * FROM read_blob('{file}')",
        "SELECT * FROM read_json('{file}')",
        "SELECT * FROM read_parquet('{file}')",
        "SELECT * FROM sniff_csv('{file}')",
        "SELECT * FROM glob('{folder}/*')",
        "SELECT * FROM '{file}'",
        "SELECT * FROM '*.csv'",
        "FROM read_duckdb('{folder}/other.duckdb')",
        "SELECT * FROM read_csv('https://example.com/a.csv')",
        "SELECT * FROM 'https://example.com/a.parquet'",
        "SELECT * FROM read_parquet('s3://bucket/a.parquet')",
        "SELECT getenv('HOME')",
        "SELECT * FROM sqlite_scan('{folder}/x.db', 't')",
        "SELECT * FROM secret_rows",
        "SELECT * FROM enable_logging(storage = 'file')",
        "SELECT * FROM query('SELECT * FROM read_text(''{file}'')')",
        "EXPLAIN ANALYZE COPY (SELECT 1) TO '{folder}/out.csv'",
        "SELECT * FROM arrow_scan(1, 2, 3)",
    ],
)
def test_nothing_outside_the_store_can_be_reached(snapshot, statement, tmp_path):
    import pyarrow as pa

    secret_rows = pa.table({"a": ["secret"]})  # DuckDB could find it by its name
    file = tmp_path / "a.csv"
    file.write_text("a\nsecret\n")
    before = set(tmp_path.iterdir())
    with pytest.raises(BadUsage) as caught:
        snapshot.run_statement(statement.format(file=file, folder=tmp_path))
    assert "\n" not in str(caught.value)
    assert set(tmp_path.iterdir()) == before
    assert secret_rows.num_rows == 1


def test_settings_cannot_be_changed_through_a_function(snapshot):
    assert run_statement(snapshot, "SELECT current_setting('lock_configuration') AS l") == [
        {"l": True}
    ]
    with pytest.raises(MemcliError):
        snapshot.run_statement("SELECT set_config('threads', '1')")


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("", "no statement where one was expected"),
        ("-- only a remark", "no statement where one was expected"),
        ("SELECT 1; SELECT 2", "2 statements where one was expected"),
        ("SELECT 1; DROP TABLE x", "2 statements where one was expected"),
        ("SELEC 1", 'syntax error at or near "SELEC"'),
        ("SELECT foo FROM memories", 'Referenced column "foo" not found'),
        ("SELECT '\udce9'", "the statement is not UTF-8"),
        ("SELECT ?", "Values were not provided"),
        ("SELECT error('one\ntwo')", "one"),
    ],
)
def test_a_wrong_statement_is_one_line_with_a_remedy(snapshot, statement, what):
    with pytest.raises(BadUsage) as caught:
        snapshot.run_statement(statement)
    assert caught.value.what.startswith(what)
    assert caught.value.remedy
    assert "\n" not in str(caught.value)


def test_the_remedy_is_duckdbs_own_advice(snapshot):
    with pytest.raises(BadUsage) as caught:
        snapshot.run_statement("FROM memorys")
    assert caught.value.remedy == 'Did you mean "memories"?'


def test_a_slow_statement_is_stopped_in_time(snapshot):
    started = time.monotonic()
    with pytest.raises(BadUsage, match=r"took longer than 0.3 s \(narrow it, or raise --timeout\)"):
        snapshot.run_statement(
            "SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b", timeout_s=0.3
        )
    assert time.monotonic() - started < 20


def test_memory_is_limited(snapshot):
    with pytest.raises(BadUsage, match="needs more than 1GB of memory"):
        snapshot.run_statement("SELECT list(range) FROM range(1000000000)", timeout_s=60)


def test_rows_are_limited_and_the_caller_is_told(snapshot):
    answer = snapshot.run_statement("SELECT * FROM range(1000000000000)", max_rows=5)
    assert answer.rows["range"].to_pylist() == [0, 1, 2, 3, 4]
    assert answer.cut
    assert not snapshot.run_statement("SELECT * FROM range(5)", max_rows=5).cut


def test_vectors_and_keys_are_not_shown(snapshot):
    names = {row["column_name"] for row in run_statement(snapshot, "DESCRIBE memories")}
    assert "text" in names
    assert not names & {"vector", "keys", "n_words"}


@pytest.fixture(scope="module")
def two_namespaces(sample_once, run, tmp_path_factory):
    """The sample and a namespace with an odd name, linked to each other and in themselves."""
    sample = shutil.copytree(sample_once, tmp_path_factory.mktemp("two") / "store")
    other = "it's \" 100%_"
    lines = [
        f'{{"content": "only here {i}", "session_id": "s", "timestamp": "2025-01-01T00:0{i}:00Z"}}'
        for i in range(3)
    ]
    made = run("ingest", "--from", "export", "--store", sample, "-n", other, stdin="\n".join(lines))
    mine = Store.open(sample).snapshot().read("memories", ["id"], limit=1)["id"][0]
    link = (
        f'{{"kind":"link","v":1,"source_id":"{made.records[0]["id"]}","target_id":"{mine}",'
        '"relation":"similar","weight":0.5,"recorded_at":"2025-01-01T00:00:00Z"}'
    )
    run("ingest", "--from", "export", "--store", sample, stdin=link)
    return Store.open(sample).snapshot(), other


@pytest.mark.parametrize(
    ("statement", "mine", "others", "all_of_it"),
    [
        ("SELECT count(*) AS n FROM memories", 290, 3, 293),
        ("SELECT count(*) AS n FROM turns WHERE level = 0 OR speaker IS NULL", 290, 3, 293),
        ("SELECT count(*) AS n FROM sessions", 17, 1, 18),
        ("SELECT count(*) AS n FROM links", 273, 2, 276),
        ("SELECT count(*) AS n FROM links WHERE relation = 'similar'", 0, 0, 1),
        ("SELECT count(*) AS n FROM links l JOIN memories m ON m.id = l.source_id", 273, 2, 276),
        ("SELECT count(*) AS n FROM strengths", 0, 0, 0),
        ("SELECT count(*) AS n FROM accesses", 0, 0, 0),
        ("SELECT count(*) AS n FROM memories WHERE namespace = 'mara-and-jonas'", 290, 0, 290),
        ("SELECT count(DISTINCT namespace) AS n FROM query_table('memories')", 1, 1, 2),
    ],
)
def test_a_namespace_bounds_every_table(two_namespaces, statement, mine, others, all_of_it):
    snapshot, other = two_namespaces
    assert run_statement(snapshot, statement, namespace=MINE) == [{"n": mine}]
    assert run_statement(snapshot, statement, namespace=other) == [{"n": others}]
    assert run_statement(snapshot, statement) == [{"n": all_of_it}]
    assert run_statement(snapshot, statement, namespace="nobody") == [{"n": 0}]


def test_no_table_beside_those_of_the_namespace_exists(two_namespaces):
    snapshot, other = two_namespaces
    statement = "SELECT table_name FROM information_schema.tables ORDER BY ALL"
    assert run_statement(snapshot, statement, namespace=other) == run_statement(snapshot, statement)


def test_our_own_statements_take_parameters(snapshot):
    found = snapshot.sql("SELECT count(*) AS n FROM turns WHERE speaker = ?", ["Mara"])
    assert found.to_pylist() == [{"n": 148}]


def test_a_damaged_table_is_said_to_be_damaged(sample):
    for file in (sample / "tables" / "memories.lance" / "data").iterdir():
        file.write_bytes(b"\0" * 100)
    with pytest.raises(
        StoreCorrupt, match=r"a table cannot be read: .*failed to fill whole buffer"
    ):
        Store.open(sample).snapshot().run_statement("SELECT text FROM memories")


def test_a_database_file_has_real_tables_and_the_views(snapshot, tmp_path):
    path = tmp_path / "all.duckdb"
    write_database(path, snapshot.sql_sources())
    assert [p.name for p in Path(tmp_path).glob("all*")] == ["all.duckdb"]
    with duckdb.connect(str(path), read_only=True) as connection:
        kinds = dict(
            connection.sql(
                "SELECT table_name, table_type FROM information_schema.tables"
            ).fetchall()
        )
        turns = connection.sql("SELECT count(*) FROM turns").fetchall()
    told = {*TABLE_NAMES} - {"vault"}
    assert kinds == dict.fromkeys(told, "BASE TABLE") | dict.fromkeys(
        ("turns", "statements", "sessions"), "VIEW"
    )
    assert turns == [(290,)]
