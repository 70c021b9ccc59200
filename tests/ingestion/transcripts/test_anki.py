"""Notes of Anki in text."""

from __future__ import annotations

from memcli.ingestion.transcripts.anki import is_anki, read_anki

NOTES = """#separator:tab
#html:true
#guid column:1
#notetype column:2
#deck column:3
#tags column:6
Ab1\tBasic\tBoat::Knots\tWhich <b>knot</b>?\t"A bowline,
twice"\tknots sea
Ab2\tCloze\tBoat\tFelt lasts {{c1::twenty::number}} years [sound:a.mp3]\t\t
"""


def test_a_note_is_its_fields_and_the_rest_is_about_it(read_with):
    found = read_with(read_anki, NOTES)
    assert found.turns("content", "metadata", "id") == [
        ("Which knot?\nA bowline, twice",
         {"heading": "Boat / Knots", "tags": ["knots", "sea"]}, "Ab1"),
        ("Felt lasts twenty years", {"heading": "Boat"}, "Ab2"),
    ]  # fmt: skip


def test_settings_for_all_notes(read_with):
    found = read_with(read_anki, "#separator:Semicolon\n#html:false\n#deck:Boat\na < b;c\n")
    assert found.turns("content", "metadata") == [("a < b\nc", {"heading": "Boat"})]


def test_settings_alone_are_no_notes(read_with):
    assert read_with(read_anki, "#separator:tab\n#html:true\n").items == []
    assert is_anki(b"\xef\xbb\xbf#Separator:Tab\n")
    assert not is_anki(b"# Separators\n")
