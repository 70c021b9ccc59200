"""Forms whose places are data: which there are, and the one importer of each."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from types import ModuleType
from typing import Final, NamedTuple

from memcli.ingestion.transcripts.items import Item, Source
from memcli.ingestion.transcripts.outline import outline

LOGS: Final = (".jsonl", ".json")
DOCUMENTS: Final = (".json",)
# The formats of json_layouts.toml, in the order in which they are tried.
LAYOUTS: Final = {
    "grok": DOCUMENTS,
    "typingmind": DOCUMENTS,
    "anythingllm": DOCUMENTS,
    "librechat": DOCUMENTS,
    "goose": (".jsonl",),
    "continue": DOCUMENTS,
    "gemini-activity": DOCUMENTS,
    "openai-log": LOGS,
    "openai-response": LOGS,
    "openai-batch": (".jsonl",),
    "openai-batch-output": (".jsonl",),
    "discord-package": DOCUMENTS,
    "mattermost": (".jsonl",),
    "snapchat": DOCUMENTS,
    "tiktok": DOCUMENTS,
    "mastodon": DOCUMENTS,
    "rocket-chat": DOCUMENTS,
    "rocket-chat-messages": LOGS,
    "rocket-chat-room": DOCUMENTS,
    "webex": DOCUMENTS,
    "google-chat": DOCUMENTS,
    "twitch": DOCUMENTS,
    "discourse": DOCUMENTS,
    "fireflies": DOCUMENTS,
    "deepgram": DOCUMENTS,
    "aws-transcribe": DOCUMENTS,
    "dayone": DOCUMENTS,
    "simplenote": DOCUMENTS,
    "standard-notes": DOCUMENTS,
    "roam": DOCUMENTS,
    "canvas": (".canvas",),
}
# The formats of calls.toml.
CALLS: Final = {
    "bedrock": LOGS,
    "langsmith": LOGS,
    "anthropic-trace": LOGS,
    "anthropic-log": LOGS,
    "anthropic-batch": LOGS,
    "anthropic-batch-output": LOGS,
    "litellm": LOGS,
}


class LayoutImporter(NamedTuple):
    """A format whose places are data, by its name in the file of data of a module."""

    extensions: tuple[str, ...]
    name: str
    module: str = "json_layouts"

    def sniff(self, head: bytes) -> bool:
        """Say whether input that begins so may be of this format."""
        seen = outline(head)
        return bool(seen.objects) and bool(self._reader().is_layout(self.name, seen))

    def read(self, source: Source) -> Iterator[Item]:
        """Return the items of the one reader of all layouts of the module."""
        items: Iterator[Item] = self._reader().read_layout(self.name, source)
        return items

    def _reader(self) -> ModuleType:
        """Return the module, imported when there is JSON."""
        return import_module(f"{__package__}.{self.module}")


def layout_importers() -> dict[str, LayoutImporter]:
    """Return the importers of all such formats, in the order in which they are tried."""
    layouts = {name: LayoutImporter(extensions, name) for name, extensions in LAYOUTS.items()}
    calls = {name: LayoutImporter(each, name, "calls") for name, each in CALLS.items()}
    return layouts | calls
