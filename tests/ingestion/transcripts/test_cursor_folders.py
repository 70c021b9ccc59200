"""Folders of Cursor's sessions."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest

from memcli.ingestion.transcripts.cursor_folders import (
    folder_of,
    folder_of_transcript,
    folders_of_sessions,
    path_of,
    workspace_folder,
)


def test_the_name_of_a_project_is_found_among_folders(tmp_path):
    boat = tmp_path / "my.boats" / "red-boat"
    boat.mkdir(parents=True)
    (tmp_path / "my").mkdir()
    name = "-".join(part.replace(".", "-").replace("_", "-") for part in boat.parts[1:])
    transcript = f"/none/projects/{name}/agent-transcripts/a/a.jsonl"
    assert folder_of_transcript(transcript) == str(boat)
    assert folder_of_transcript(transcript.replace("red-boat", "blue-boat")) is None
    assert folder_of_transcript("/none/a.jsonl") is None
    assert folder_of_transcript("-") is None


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("file:///home/ida/my%20boat", "/home/ida/my boat"),
        ("/home/ida/boat", "/home/ida/boat"),
        ("vscode-remote://ssh-remote%2Bquay/home/ida/boat", None),
        (None, None),
    ],
)
def test_addresses_of_this_machine_are_paths(uri, path):
    assert path_of(uri) == path
    assert folder_of({"id": "1", "uri": uri}) == path


def test_sessions_are_looked_up_in_both_databases(tmp_path):
    """That of all has a table, or a list; older ones are in the list of a workspace."""
    workspace = tmp_path / "workspaceStorage" / "w1"
    workspace.mkdir(parents=True)
    (workspace / "workspace.json").write_text('{"folder": "file:///home/ida/old"}')
    (tmp_path / "workspaceStorage" / "w2").mkdir()
    (tmp_path / "workspaceStorage" / "w2" / "state.vscdb").write_bytes(b"none")

    def listed(*ids, uri=None):
        about = [{"composerId": id_, "workspaceIdentifier": {"uri": uri}} for id_ in ids]
        return json.dumps({"allComposers": about})

    with closing(sqlite3.connect(workspace / "state.vscdb")) as connection:
        connection.execute("CREATE TABLE ItemTable (key, value)")
        row = ["composer.composerData", listed("a", "b")]
        connection.execute("INSERT INTO ItemTable VALUES (?, ?)", row)
        connection.commit()
    assert workspace_folder(str(workspace / "state.vscdb")) == "/home/ida/old"
    path = tmp_path / "globalStorage" / "state.vscdb"
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.execute("CREATE TABLE ItemTable (key, value)")
        row = ["composer.composerHeaders", listed("b", uri={"fsPath": "/home/ida/new"})]
        connection.execute("INSERT INTO ItemTable VALUES (?, ?)", row)
        assert folders_of_sessions(connection, str(path)) == {
            "a": "/home/ida/old", "b": "/home/ida/new",
        }  # fmt: skip
        connection.execute("CREATE TABLE composerHeaders (composerId, value)")
        value = json.dumps({"workspaceIdentifier": {"uri": {"path": "/home/ida/newest"}}})
        connection.execute("INSERT INTO composerHeaders VALUES ('b', ?)", [value])
        assert folders_of_sessions(connection, "-") == {"b": "/home/ida/newest"}
