"""`memcli sql`: records out, one line and a status for what goes wrong."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time

import pytest


def test_rows_come_as_records(run_process, sample_once):
    done = run_process(
        "sql",
        "SELECT speaker, count(*) AS turns FROM turns GROUP BY ALL ORDER BY ALL",
        "--store",
        sample_once,
    )
    assert done.stdout == (
        '{"kind":"row","v":1,"speaker":"Jonas","turns":142}\n'
        '{"kind":"row","v":1,"speaker":"Mara","turns":148}\n'
    )
    assert done.stderr == ""


def test_every_type_has_a_form_in_json(run, sample_once):
    statement = """
    SELECT timestamptz '2025-01-01 10:00:00+01' AS moment,
        timestamp '2025-01-01 10:00:00.5' AS naive,
        date '2025-01-01' AS day, 0.1::FLOAT AS single, 1.5::DECIMAL(5, 2) AS decimal,
        sum(2::HUGEINT) AS huge, [1, NULL] AS list, {'a': date '2025-01-01'} AS struct,
        'nan'::DOUBLE AS nan, NULL AS nothing, true AS yes, 'x'::BLOB AS blob,
        INTERVAL 3 DAY AS days, 'mine' AS kind, 7 AS v, 1 AS twice, 2 AS twice
    """
    (record,) = run("sql", "--store", sample_once, stdin=statement).records
    assert record == {
        "kind": "mine",
        "v": 7,
        "moment": "2025-01-01T09:00:00Z",
        "naive": "2025-01-01T10:00:00.500000Z",
        "day": "2025-01-01",
        "single": 0.1,
        "decimal": 1.5,
        "huge": 2,
        "list": [1, None],
        "struct": {"a": "2025-01-01"},
        "yes": True,
        "blob": "x",
        "days": "P0M3DT0S",
        "twice": 1,
        "twice_1": 2,
    }


def test_the_statement_can_come_from_stdin(run, sample_once):
    done = run("sql", "-", "--store", sample_once, stdin="SELECT 1 AS one;\n")
    assert done.records == [{"kind": "row", "v": 1, "one": 1}]


def test_rows_above_the_limit_are_cut_with_a_note(run, sample_once):
    some = run("sql", "FROM turns", "--max-rows", 2, "--store", sample_once)
    assert len(some.records) == 2
    assert some.stderr == "memcli: only the first 2 rows are shown (raise --max-rows; 0 is all)\n"
    everything = run("sql", "FROM turns", "--max-rows", 0, "--store", sample_once)
    assert len(everything.records) == 290
    assert everything.stderr == ""


@pytest.mark.parametrize(
    ("arguments", "status", "stderr"),
    [
        (
            ["DELETE FROM memories"],
            2,
            "DELETE is refused: sql only reads the store (start with SELECT, FROM, WITH, VALUES, "
            "DESCRIBE, SHOW, SUMMARIZE or PIVOT)",
        ),
        (
            ["FROM range(100000000) a, range(100000) b ORDER BY hash(a.range)", "--timeout", 0.2],
            2,
            "the statement took longer than 0.2 s (narrow it, or raise --timeout)",
        ),
        (
            ["SELECT timestamptz 'infinity' AS t"],
            2,
            "column 't' holds values that have no form in JSON (cast it to VARCHAR)",
        ),
        (["SELECT 1", "--at", 99], 66, "there is no commit 99 (see: memcli log)"),
    ],
)
def test_a_failure_is_one_line_and_a_status(run, sample_once, arguments, status, stderr):
    done = run("sql", *arguments, "--store", sample_once, status=status)
    assert done.stdout == ""
    assert done.stderr == f"memcli: {stderr}\n"


def test_the_namespace_bounds_the_tables(run, sample_once):
    count = "SELECT count(*) AS n FROM memories"
    for extra, environment in ((["-n", "other"], {}), ([], {"MEMCLI_NAMESPACE": "other"})):
        done = run("sql", count, *extra, "--store", sample_once, env=environment)
        assert done.records[0]["n"] == 0
    assert run("sql", count, "--store", sample_once).records[0]["n"] == 290


def test_an_older_state_can_be_asked(run, sample_once):
    done = run("sql", "SELECT count(*) AS n FROM memories", "--at", 1, "--store", sample_once)
    assert done.records[0]["n"] == 0


def test_csv_has_numbers_in_full_and_a_header_without_rows(run, sample_once):
    statement = "SELECT 123456.789::DOUBLE AS number, true AS yes, 'a,b' AS text"
    assert run("sql", statement, "-f", "csv", "--store", sample_once).stdout == (
        'number,yes,text\n123456.789,true,"a,b"\n'
    )
    empty = f"{statement} WHERE false"
    assert run("sql", empty, "-f", "csv", "--store", sample_once).stdout == "number,yes,text\n"


def test_as_text_the_first_column_stands_for_a_row_without_a_text(run, sample_once):
    for names, line in (("7 AS a, 8 AS b", "7"), ("7 AS a, 'x' AS text", "x")):
        assert (
            run("sql", f"SELECT {names}", "-f", "text", "--store", sample_once).stdout
            == line + "\n"
        )


def test_json_is_one_array(run, sample_once):
    done = run("sql", "FROM range(2)", "-f", "json", "--store", sample_once)
    assert [row["range"] for row in json.loads(done.stdout)] == [0, 1]


def test_ctrl_c_stops_a_statement(sample_once):
    slow = "SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b"
    command = [sys.executable, "-m", "memcli", "sql", slow, "--store", str(sample_once)]
    # A shell's background job, and some test runners, ignore SIGINT; a terminal's job does not.
    begin = [sys.executable, "-c", WITH_SIGINT, *command]
    with subprocess.Popen(begin, stderr=subprocess.PIPE, text=True) as running:
        time.sleep(2)
        running.send_signal(signal.SIGINT)
        _, stderr = running.communicate(timeout=60)
    assert (running.returncode, stderr) == (130, "memcli: interrupted\n")


def test_what_heeds_no_interrupt_ends_with_the_process(sample_once):
    # The second string is made by one call of a function, which takes half a minute.
    endless = "SELECT levenshtein(repeat('a', 300000), repeat('b', 300000))"
    command = [sys.executable, "-m", "memcli", "sql", endless, "--timeout", "0.2"]
    done = subprocess.run(
        [*command, "--store", str(sample_once)], capture_output=True, text=True, timeout=60
    )
    what = "memcli: the statement took longer than 0.2 s (narrow it, or raise --timeout)\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", what)


WITH_SIGINT = """
import os, signal, sys
signal.signal(signal.SIGINT, signal.SIG_DFL)
os.execv(sys.argv[1], sys.argv[1:])
"""


def test_a_bound_above_all_numbers_is_none(run, sample_once):
    asked = ("sql", "SELECT 1 AS one", "--max-rows", 10**20, "--store", sample_once)
    assert run(*asked).records[0]["one"] == 1
