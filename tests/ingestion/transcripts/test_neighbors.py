"""Files that are known by what lies beside them."""

from __future__ import annotations

from memcli.ingestion.transcripts import Intake, read_source
from memcli.ingestion.transcripts.neighbors import form_by_neighbor


def test_a_chat_of_signal_is_read_once(tmp_path):
    chat, page, data = (tmp_path / name for name in ("chat.md", "index.html", "data.json"))
    chat.write_text("[2026-03-02 10:00:00] Ida: Ahoy\n")
    page.write_text("<html><body><p>Ahoy</p></body></html>")
    assert form_by_neighbor(str(chat)) is None
    data.write_text('{"sender": "Ida", "body": "Ahoy", "sticker": ""}\n')
    intake = Intake()
    for path in (chat, page):
        assert form_by_neighbor(str(path)) == "companion"
        assert list(read_source(str(path), intake=intake)) == []
    assert sum(intake.left_out.values()) == 2


def test_names_alone_say_nothing(tmp_path):
    (tmp_path / "nodes.jsonl").write_text("{}\n")
    assert form_by_neighbor(str(tmp_path / "nodes.jsonl")) is None
    (tmp_path / "manifest.json").write_text('{"cogx_version": "0.1"}')
    assert form_by_neighbor(str(tmp_path / "nodes.jsonl")) == "cogx"
    assert form_by_neighbor("-") is None


def test_a_note_of_keep_is_read_once(tmp_path):
    page = tmp_path / "Key.html"
    page.write_text("<html></html>")
    assert form_by_neighbor(str(page)) is None
    (tmp_path / "Key.json").write_text('{"isTrashed": false, "textContent": "x"}')
    assert form_by_neighbor(str(page)) == "companion"


def test_what_is_shown_of_a_task_of_cline_is_left_to_what_was_said(tmp_path):
    shown = tmp_path / "ui_messages.json"
    shown.write_text("[]")
    assert form_by_neighbor(str(shown)) is None
    (tmp_path / "api_conversation_history.json").write_text('[{"role": "user"}]')
    assert form_by_neighbor(str(shown)) == "companion"
