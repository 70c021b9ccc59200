"""Folders that change as those of people do, with what a memory of them has to hold in the end."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

WORDS = (
    "boat roof felt nail oar shed key carpenter Friday paint rope storm window lamp garden "
    "bread train letter meeting budget recipe doctor bicycle piano mountain"
).split()


class Vault:
    """
    Notes with bullets and paragraphs, and chats, that are edited, moved, deleted and grow.

    held: the texts that stand in a file now, by its path. ever: all that stood in one at a sync.
    """

    def __init__(self, folder: Path, notes: int, seed: int = 1) -> None:
        self.folder, self._draw, self._count = folder, random.Random(seed), 0
        self.held: dict[Path, list[str]] = {}
        self.ever: set[str] = set()
        self.speakers: dict[str, str] = {}
        for n in range(notes):
            self.held[self._place(n)] = [self._text() for _ in range(self._draw.randint(2, 8))]
        self._chats = [folder / "chats" / f"chat-{n}.txt" for n in range(max(1, notes // 20))]
        for path in self._chats:
            self.held[path] = [self._said() for _ in range(4)]
        self.write()

    def _place(self, number: int) -> Path:
        folder = self.folder / self._draw.choice(("home", "work", "work/boats", "diary"))
        return folder / f"note {number}.md"

    def _text(self) -> str:
        """Return words that stand nowhere else."""
        self._count += 1
        return f"{' '.join(self._draw.choices(WORDS, k=self._draw.randint(4, 9)))} n{self._count}"

    def _said(self) -> str:
        text = self._text()
        self.speakers[text] = self._draw.choice(("Ida", "Ben"))
        return text

    def write(self) -> None:
        """Write each file as it is held, and remember what was there."""
        for path, texts in self.held.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            if path in self._chats:
                body = "".join(f"{self.speakers[text]}: {text}\n" for text in texts)
            else:
                title = f"# {path.stem}\n\n"
                body = title + "".join(
                    f"- {text}\n" if n % 3 else f"\n{text}\n\n" for n, text in enumerate(texts)
                )
            if not path.exists() or path.read_text("utf-8") != body:
                path.write_text(body, "utf-8")
            self.ever.update(texts)

    def change(self) -> None:
        """Do to one note in four what people do to notes; each chat goes on."""
        notes = [path for path in self.held if path not in self._chats]
        for path in self._draw.sample(notes, max(1, len(notes) // 4)):
            self._draw.choice((self._edit, self._edit, self._add, self._drop, self._move))(path)
        self._delete(self._draw.choice([path for path in self.held if path not in self._chats]))
        self.held[self._place(1000 + self._count)] = [self._text() for _ in range(3)]
        for path in self._chats:
            self.held[path].append(self._said())
        self.write()

    def _edit(self, path: Path) -> None:
        """Change one word of a text."""
        texts = self.held[path]
        place = self._draw.randrange(len(texts))
        self._count += 1
        texts[place] = f"{texts[place].rsplit(' ', 2)[0]} mended n{self._count}"

    def _add(self, path: Path) -> None:
        self.held[path].insert(self._draw.randint(0, len(self.held[path])), self._text())

    def _drop(self, path: Path) -> None:
        if len(self.held[path]) > 1:
            self.held[path].pop(self._draw.randrange(len(self.held[path])))

    def _move(self, path: Path) -> None:
        """Move a note, as it is or edited at once."""
        to = self.folder / self._draw.choice(("old", "old/2025", "home")) / path.name
        if to not in self.held:
            path.unlink(missing_ok=True)
            self.held[to] = self.held.pop(path)
            if self._draw.random() < 0.5:
                self._edit(to)

    def _delete(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        del self.held[path]

    def texts(self) -> list[str]:
        """Return what stands in the files now."""
        return sorted(text for texts in self.held.values() for text in texts)


class ClaudeYear:
    """
    `~/.claude/projects` as it fills: sessions with tools, answers in parts, turns that are taken
    back, sub-agents, compactions, sessions that go on from others, lines torn off.

    told: role and text of each turn that stands, by its session. homes: the sessions that have it.
    """

    def __init__(self, root: Path, seed: int = 1) -> None:
        self._root, self._draw, self._count = root, random.Random(seed), 0
        self._now = datetime(2025, 1, 6, 8, tzinfo=UTC)
        self._logs: dict[str, list[dict[str, object]]] = {}
        self._places: dict[str, Path] = {}
        self.told: dict[str, list[tuple[str, str]]] = {}
        self.homes: dict[str, set[str]] = {}

    def live(self, days: int, sessions_a_day: int = 1) -> None:
        """Let some days pass."""
        for _ in range(days):
            self._now += timedelta(days=1)
            for _ in range(sessions_a_day):
                self._session()

    def _session(self) -> None:
        """Begin a session, or go on with an earlier one in its own log or a new one."""
        chance = self._draw.random()
        if self._logs and chance < 0.2:
            session = self._draw.choice([*self._logs])
        elif self._logs and chance < 0.3:
            session = self._forked(self._draw.choice([*self._logs]))
        else:
            session = self._new()
        for _ in range(self._draw.randint(1, 5)):
            self._draw.choice((self._exchange, self._exchange, self._taken_back, self._compacted))(
                session
            )
        if self._draw.random() < 0.3:
            self._subagent(session)
        self._write(session)

    def _new(self) -> str:
        self._count += 1
        session = f"00000000-0000-4000-8000-{self._count:012}"
        project = self._root / f"-home-ida-{self._draw.choice(('boat', 'shed', 'garden'))}"
        self._places[session] = project / f"{session}.jsonl"
        self._logs[session], self.told[session] = [], []
        return session

    def _forked(self, other: str) -> str:
        """Return a session that has all lines of another one as its own, and goes on from them."""
        session = self._new()
        self._logs[session] = [{**line, "sessionId": session} for line in self._logs[other]]
        for text, homes in self.homes.items():
            if other in homes:
                self.homes[text] = {*homes, session}
        return session

    def _line(self, session: str, kind: str, parent: object, **more: object) -> dict[str, object]:
        self._count += 1
        self._now += timedelta(seconds=20)
        line = {
            "type": kind,
            "uuid": f"u{self._count}",
            "parentUuid": parent,
            "sessionId": session,
            "isSidechain": False,
            "cwd": "/home/ida/boat",
            "version": "2.1.0",
            "timestamp": self._now.strftime("%Y-%m-%dT%H:%M:%S.000Z"),
            **more,
        }
        self._logs[session].append(line)
        return line

    def _text(self) -> str:
        self._count += 1
        return f"{' '.join(self._draw.choices(WORDS, k=self._draw.randint(4, 12)))} n{self._count}"

    def _last(self, session: str) -> object:
        log = self._logs[session]
        return log[-1]["uuid"] if log else None

    def _exchange(self, session: str, parent: object = "", stands: bool = True) -> None:
        """Add a prompt, a call of a tool and an answer in two lines."""
        asked, first, second = self._text(), self._text(), self._text()
        above = self._last(session) if parent == "" else parent
        prompt = self._line(session, "user", above, message={"role": "user", "content": asked})
        about = {"role": "assistant", "id": f"msg_{self._count}", "model": "claude"}
        call = {"type": "tool_use", "id": f"t{self._count}", "name": "Read", "input": {"a": 1}}
        part = self._line(
            session, "assistant", prompt["uuid"],
            message={**about, "content": [{"type": "text", "text": first}, call]})  # fmt: skip
        gave = [{"type": "tool_result", "tool_use_id": call["id"], "content": "12 lines"}]
        result = self._line(
            session, "user", part["uuid"], message={"role": "user", "content": gave})  # fmt: skip
        about["id"] = f"msg_{self._count}"
        self._line(
            session, "assistant", result["uuid"],
            message={**about, "content": [{"type": "text", "text": second}]})  # fmt: skip
        if stands:
            self.told[session] += [("user", asked), ("assistant", first), ("assistant", second)]
            self.homes |= {text: {session} for text in (asked, first, second)}

    def _taken_back(self, session: str) -> None:
        """Add an exchange, and another one in its place; not the first: of two roots both stand."""
        if not self._logs[session]:
            self._exchange(session)
        above = self._last(session)
        self._exchange(session, above, stands=False)
        self._exchange(session, above)

    def _compacted(self, session: str) -> None:
        """Add the summary of a compaction, and go on behind it."""
        self._line(session, "system", self._last(session), subtype="compact_boundary", content="x")
        self._line(
            session, "user", self._last(session), isCompactSummary=True,
            message={"role": "user", "content": f"It goes on: {self._text()}"})  # fmt: skip
        self._exchange(session)

    def _subagent(self, session: str) -> None:
        """Write the log of a sub-agent beside the session."""
        path = self._places[session].with_suffix("") / "subagents" / f"agent-{self._count}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        said = {"role": "user", "content": f"Look for {self._text()}"}
        line = {"type": "user", "uuid": f"a{self._count}", "parentUuid": None, "isSidechain": True,
                "sessionId": session, "agentId": "a1", "message": said,
                "timestamp": self._now.strftime("%Y-%m-%dT%H:%M:%S.000Z")}  # fmt: skip
        path.write_text(json.dumps(line) + "\n", "utf-8")

    def _write(self, session: str) -> None:
        """Write a log, now and then with half a line at its end, as it is while it is written."""
        path = self._places[session]
        path.parent.mkdir(parents=True, exist_ok=True)
        torn = '{"type": "user", "uuid": "u9' if self._draw.random() < 0.2 else ""
        lines = "".join(json.dumps(line) + "\n" for line in self._logs[session])
        path.write_text(lines + torn, "utf-8")

    def turns(self) -> list[tuple[str, str]]:
        """Return role and text of each turn that stands."""
        return sorted(turn for turns in self.told.values() for turn in turns)


def rounds(times: int, step: Callable[[], None], after: Callable[[], None]) -> None:
    """Change something and look at it, again and again; the first look is at what was there."""
    after()
    for _ in range(times):
        step()
        after()
