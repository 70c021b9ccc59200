"""Attachments as memories."""

from __future__ import annotations

import json

import pytest

from memcli.ingestion.attachments import Attachment, attachment_of, local_file


@pytest.mark.parametrize(
    ("raw", "found"),
    [
        ("pictures/a%20b.png", Attachment("a b.png", "pictures/a%20b.png")),
        ("https://x.org/y/z.jpg?size=2", Attachment("z.jpg", "https://x.org/y/z.jpg?size=2")),
        ("data:image/png;base64,AAAA", Attachment()),
        ({"url": "data:image/png;base64,AAAA", "alt": "A boat"}, Attachment(text="A boat")),
        ({"fileName": "b.ogg", "transcript": "Ahoy", "mimetype": "audio/ogg"},
         Attachment("b.ogg", "", "audio/ogg", "Ahoy")),
        ({"path": "c.png", "caption": "A boat", "alt": "A boat", "description": "Red"},
         Attachment("c.png", "c.png", "", "A boat\nRed")),
        ({"url": 7}, Attachment()), (None, Attachment()), (3, Attachment()),
    ],
)  # fmt: skip
def test_what_records_say_of_attachments(raw, found):
    assert attachment_of(raw) == found


def test_only_files_below_the_input_are_touched(tmp_path, monkeypatch):
    folder = tmp_path / "chat"
    folder.mkdir()
    (folder / "a.png").write_bytes(b"x")
    (tmp_path / "b.png").write_bytes(b"x")
    (folder / "link.png").symlink_to(tmp_path / "b.png")
    given = str(folder / "chat.jsonl")
    assert local_file("a.png", given) == str((folder / "a.png").resolve())
    for outside in ("../b.png", str(tmp_path / "b.png"), "link.png", "no.png", "", "file://a.png"):
        assert local_file(outside, given) is None
    monkeypatch.chdir(folder)
    assert local_file("a.png", "-")


def test_an_attachment_is_a_resource_that_is_part_of_its_turn(run, empty_store):
    turn = {"content": "Look at this!", "name": "Ida", "session_id": "s",
            "timestamp": "2026-03-02T10:00:00Z",
            "attachments": [{"name": "b.jpg", "caption": "A red boat on a beach"},
                            "notes.pdf", "b.jpg"]}  # fmt: skip
    kept = run("ingest", "--store", empty_store, stdin=json.dumps(turn))
    assert "1 of 1 records are new" in kept.stderr
    assert "what 2 attachments say" in kept.stderr
    said, boat, notes = kept.records
    assert (boat["text"], notes["text"]) == ("b.jpg: A red boat on a beach", "notes.pdf")
    assert {(row["type"], row["level"], row["session_id"]) for row in (boat, notes)} == {
        ("resource", 1, "s")
    }
    assert boat["source_ids"] == [said["id"]]
    rows = run("export", "--store", empty_store).records
    links = [(r["source_id"], r["target_id"]) for r in rows if r.get("relation") == "part_of"]
    assert links == [(boat["id"], said["id"]), (notes["id"], said["id"])]
    again = run("ingest", "--store", empty_store, stdin=json.dumps(turn))
    assert "nothing new" in again.stderr
    (hit, *_) = run("query", "red boat beach", "--store", empty_store).records
    assert hit["id"] == boat["id"]
    told = run("context", "where was the red boat?", "--store", empty_store).stdout
    assert "Look at this!" in told
    assert "b.jpg: A red boat on a beach" in told


def test_a_file_alone_is_found_and_its_turn_of_no_words_is_not_told(run, empty_store):
    """WhatsApp names the file, and the turn keeps its place in the conversation."""
    chat = (
        "13/01/2026, 21:07 - Ida: Which boat do we take?\n"
        "13/01/2026, 21:08 - Ben: red-boat.jpg (file attached)\n"
        "13/01/2026, 21:08 - Ben: oars.jpg (file attached)\n"
    )
    kept = run("ingest", "--store", empty_store, "--from", "whatsapp", stdin=chat)
    assert [(row["level"], row["text"], row.get("seq")) for row in kept.records] == [
        (0, "Which boat do we take?", 0), (0, "", 1), (0, "", 2),
        (1, "red-boat.jpg", None), (1, "oars.jpg", None),
    ]  # fmt: skip
    run("extract", "--store", empty_store)
    hits = run("query", "red boat", "--store", empty_store).records
    assert "red-boat.jpg" in [hit["text"] for hit in hits]
    assert all(hit["text"] for hit in hits)
    told = run("context", "red boat", "--store", empty_store).stdout
    assert "red-boat.jpg" in told
    assert "Ben: \n" not in told
    again = run("ingest", "--store", empty_store, "--from", "whatsapp", stdin=chat)
    assert "nothing new" in again.stderr
    hit = run("query", "which boat do we take", "--store", empty_store, "-k", 1).records[0]
    assert "around" not in hit


def test_exports_tell_a_file_alone_as_one_and_say_nothing_in_its_place(run, empty_store, tmp_path):
    chat = (
        "13/01/2026, 21:07 - Ida: boat.jpg (file attached)\n"
        "13/01/2026, 21:08 - Ben: Nice\n"
        "13/01/2026, 21:09 - Ida: Thanks\n"
    )
    run("ingest", "--store", empty_store, "--from", "whatsapp", stdin=chat)
    alone = "13/01/2026, 21:07 - Ida: oars.jpg (file attached)\n"
    run("ingest", "--store", empty_store, "--from", "whatsapp", "--session", "o", stdin=alone)
    made = run("extract", "--store", empty_store).records
    assert {row["text"] for row in made if row.get("session_id") == "o"} == {"Ida: (a file)"}
    run("export", "--store", empty_store, "--format", "markdown", "-o", tmp_path / "pages")
    page = "".join(path.read_text() for path in (tmp_path / "pages").rglob("*.md"))
    assert "**Ida** (2026-01-13 21:07): (a file)" in page
    chats = run("export", "--store", empty_store, "--format", "chat").records
    assert [[m["content"] for m in chat["messages"]] for chat in chats] == [["Nice", "Thanks"]]
    run("export", "--store", empty_store, "--format", "cogx", "-o", tmp_path / "cogx")
    (episode,) = (tmp_path / "cogx" / "episodes.jsonl").read_text().splitlines()
    assert [turn["content"] for turn in json.loads(episode)["turns"]] == ["Nice", "Thanks"]
    run("export", "--store", empty_store, "-o", tmp_path / "page.html")
    assert "Thanks" in (tmp_path / "page.html").read_text()
