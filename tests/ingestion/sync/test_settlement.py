"""What became of the notes of many files is written at once."""

from __future__ import annotations

from collections import Counter

from store import Store, _lance
from tests.support.program import run_here

TEXTS = ("tea at noon", "the boat is blue", "a fern by the door")


def test_many_edited_files_make_as_many_writes_as_one(tmp_path, monkeypatch):
    notes, store = tmp_path / "notes", tmp_path / "store"
    notes.mkdir()

    def write(change):
        for n in range(6):
            lines = [f"- {text} of {n}{change}\n" for text in TEXTS[: 2 if change else 3]]
            (notes / f"{n}.md").write_text("".join(lines))

    write("")
    run_here("sync", notes, "--store", store, "--create", "--quiet")
    writes = Counter()
    upsert = _lance.Table.upsert

    def counted(self, rows, on):
        writes[self.name] += 1
        upsert(self, rows, on)

    monkeypatch.setattr(_lance.Table, "upsert", counted)
    write(", as Ida said")
    run_here("sync", notes, "--store", store, "--quiet")
    assert writes["memories"] == 1
    assert Store.open(store).snapshot().table("memories").fragment_count() <= 4
    rows = list(Store.open(store).snapshot().rows(["text", "superseded_by"]))
    assert len(rows) == 6 * 5
    assert sum(row["superseded_by"] is not None for row in rows) == 12
    assert Store.open(store).snapshot().count("archive") == 6
