"""What is said of input that had to be guessed at."""

from __future__ import annotations


def test_of_many_files_only_some_are_named(run, tmp_path):
    for number in range(7):
        (tmp_path / f"{number}.txt").write_text(f"Ana: this is {number}\nBen: yes\n")
    done = run("ingest", tmp_path, "--store", tmp_path / "store", "--create")
    assert done.stderr.count("have no time") == 5
    assert "the same holds of turns in 2 more files" in done.stderr
