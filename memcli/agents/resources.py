"""
Resources: memories and whole sessions that a client can attach, by URI.

`memcli://memory/ID` is one memory as a record, `memcli://session/ID` the turns of a session as they
were said; the id of a session is escaped as URIs are. Secrets are left out, as for any prompt.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

from memcli.agents.listing import given_fields
from memcli.agents.protocol import INVALID_PARAMS, ProtocolError
from memcli.agents.tools import told_records, told_text
from memcli.jsonl import Json, Row, encode
from memcli.memory.answers import open_answers
from memcli.memory.fragments import visible_rows
from memcli.memory.lookup import read_where
from memcli.memory.telling import spoken
from store.errors import MemcliError
from store.literals import quoted

if TYPE_CHECKING:
    import pyarrow as pa

    from memcli.search.resident import ResidentMemory

SCHEME: Final = "memcli://"
TEMPLATES: Final = (
    {
        "uriTemplate": f"{SCHEME}memory/{{id}}",
        "name": "memory",
        "description": "A memory as a record",
        "mimeType": "application/json",
    },
    {
        "uriTemplate": f"{SCHEME}session/{{id}}",
        "name": "session",
        "description": "A whole session, turn by turn",
        "mimeType": "text/plain",
    },
)
# Sessions that are listed, the newest first.
LISTED: Final = 20


class Resources:
    """What a client can attach of one store."""

    def __init__(self, memory: ResidentMemory) -> None:
        self._memory = memory

    def listed(self, _: Json) -> Json:
        """Result of `resources/list`: the newest sessions."""
        return {"resources": [_session_entry(row) for row in self._newest_sessions()]}

    def templates(self, _: Json) -> Json:
        """Result of `resources/templates/list`."""
        return {"resourceTemplates": list(TEMPLATES)}

    def read(self, params: Json) -> Json:
        """Result of `resources/read`; a ProtocolError for what there is not."""
        uri = params.get("uri")
        kind, _, id_ = str(uri).removeprefix(SCHEME).partition("/")
        readers = {"memory": self._memory_text, "session": self._session_text}
        text = None
        if str(uri).startswith(SCHEME) and kind in readers and id_:
            text = readers[kind](unquote(id_))
        if text is None:
            raise ProtocolError(INVALID_PARAMS, "Resource not found", {"uri": uri})
        form = "application/json" if kind == "memory" else "text/plain"
        return {"contents": [{"uri": uri, "mimeType": form, "text": text}]}

    def _memory_text(self, id_: str) -> str | None:
        """Memory as `memory_get` gives it, a line; a ref may name several."""
        try:
            records = self._memory.select([id_])
        except MemcliError:
            return None
        fields = given_fields("memory_get")
        told = told_records(self._memory.snapshot, records, fields)
        return b"".join(map(encode, told)).decode()

    def _session_text(self, session: str) -> str | None:
        """Turns of a session, a line each, under the day on which they were said."""
        where = f"level = 0 AND session_id = {quoted([session])}"
        snapshot, spaces = self._memory.snapshot, self._memory.spaces
        turns = [turn for space in spaces for turn in read_where(snapshot, where, space)]
        turns = visible_rows(snapshot, turns)
        turns.sort(key=lambda turn: (turn["namespace"], turn.get("seq") or 0, turn["id"]))
        opened = open_answers(snapshot, ((turn["id"], turn["text"]) for turn in turns))
        lines, day = [], ""
        for turn in turns:
            said_on = str(turn.get("happened_at") or "")[:10]
            if said_on != day:
                lines.append(f"\n{said_on}")
                day = said_on
            text = told_text(opened.get(turn["id"]) or turn["text"], turn["id"])
            lines.append(spoken(text, turn.get("speaker")))
        return "\n".join(lines).strip() + "\n" if lines else None

    def _newest_sessions(self) -> list[Row]:
        """Sessions that may be read, by their last turn, the newest first."""
        spaces = [space for space in self._memory.spaces if space is not None]
        inside = f" AND namespace IN ({quoted(spaces)})" if spaces else ""
        columns = ["session_id", "happened_at"]
        rows: pa.Table = self._memory.snapshot.read(
            "memories", columns, f"level = 0 AND session_id IS NOT NULL{inside}"
        )
        ends = rows.group_by("session_id").aggregate([("happened_at", "max"), ([], "count_all")])
        ends = ends.sort_by([("happened_at_max", "descending"), ("session_id", "ascending")])
        newest: list[Row] = ends.slice(0, LISTED).to_pylist()
        return newest


def _session_entry(row: Row) -> Json:
    """Entry of a session in a list."""
    last = row["happened_at_max"]
    when = f", the last on {last:%Y-%m-%d}" if last else ""
    return {
        "uri": f"{SCHEME}session/{quote(row['session_id'], safe='')}",
        "name": row["session_id"],
        "description": f"{row['count_all']:,} turns{when}",
        "mimeType": "text/plain",
    }
