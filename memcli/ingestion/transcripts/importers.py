"""
The formats of input, one table: by which extension and first bytes each is known, what reads it.

A format of another package is a plug-in of the kind `importers`, asked for by --from NAME only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from importlib import import_module
from typing import Any, Final, NamedTuple, Protocol

from memcli.ingestion.transcripts.items import BOM, Item, Source
from memcli.ingestion.transcripts.known_json import (
    is_chat_lines,
    is_chatgpt,
    is_claude,
    is_claude_code,
    is_claude_memory,
    is_codex,
    is_cogx,
    is_companion,
    is_deepseek,
    is_discord,
    is_gemini,
    is_github,
    is_keep,
    is_langgraph,
    is_letta,
    is_llm_logs,
    is_mcp_memory,
    is_mem0,
    is_memory_list,
    is_messenger,
    is_open_webui,
    is_opencode,
    is_opencode_state,
    is_signal,
    is_sillytavern,
    is_skype,
    is_slack,
    is_telegram,
    known,
)
from memcli.ingestion.transcripts.layout_forms import LOGS, layout_importers
from memcli.ingestion.transcripts.outline import Outline

PARQUET_MAGIC: Final = b"PAR1"
AIDER: Final = (".aider.chat.history.md",)
MARKDOWN: Final = (".md", ".markdown")
TEXTS: Final = (".txt", ".log")
JSON_ARRAY = re.compile(rb"\[\s*(?:[{\]]|$)")
_MARKDOWN = re.compile(rb"(?m)\A---\s*$|^#{1,6} \S|^(?:[-*>] )?\*\*[^*\n]{1,40}(?::\*\*|\*\*:)")
_COLUMN = re.compile(r'"?(\w[\w .-]{0,39})"?')


class Importer(Protocol):
    """
    What reads one format of input.

    extensions: of its files, lower-case with the dot: a folder stands for those.
    """

    @property
    def extensions(self) -> Sequence[str]:
        """Return the extensions."""

    def sniff(self, head: bytes) -> bool:
        """Say whether input that begins so may be of this format; `head` may end anywhere."""

    def read(self, source: Source) -> Iterator[Item]:
        """Yield Accepted and Rejected in the order of the input, in bounded memory."""


class BuiltinImporter(NamedTuple):
    """
    A format of ours; `reader` is module:function, imported when there is something to read.

    any_order: files of it may begin with what was said last.
    """

    extensions: tuple[str, ...]
    sniff: Callable[[bytes], bool]
    reader: str
    any_order: bool = False

    def read(self, source: Source) -> Iterator[Item]:
        """Return the reader's items."""
        items: Iterator[Item] = _function(self.reader)(source)
        if not self.any_order:
            return items
        order = import_module("memcli.ingestion.transcripts.order")
        in_order: Iterator[Item] = order.oldest_first(items, source)
        return in_order


def _is_beside(seen: Outline) -> bool:
    """Tell a file that holds no turns in a folder that does."""
    return is_companion(seen) or is_opencode_state(seen)


def _lazily(test: str) -> Callable[[bytes], bool]:
    """Return a test that is imported, module:function, when there is something to tell."""
    return lambda head: bool(_function(test)(head))


def _lazily_known(test: str) -> Callable[[bytes], bool]:
    """Return such a test of JSON, by its outline."""
    return known(lambda seen: bool(_function(test)(seen)))


@cache
def _function(name: str) -> Any:
    """Return what module:function of this package names."""
    module, _, function = name.partition(":")
    return getattr(import_module(f"{__package__}.{module}"), function)


def _start(head: bytes) -> bytes:
    return head.removeprefix(BOM).lstrip()


def _is_parquet(head: bytes) -> bool:
    return head.startswith(PARQUET_MAGIC)


def _is_jsonl(head: bytes) -> bool:
    """Tell whether the first line is a whole JSON object, other than a document with messages."""
    import msgspec

    line = _start(head).partition(b"\n")[0]
    try:
        raw = msgspec.json.decode(line) if line.startswith(b"{") else None
    except (ValueError, RecursionError):
        return False
    return isinstance(raw, dict) and not isinstance(raw.get("messages"), list)


def _is_json(head: bytes) -> bool:
    start = _start(head)
    return start.startswith(b"{") or bool(JSON_ARRAY.match(start))


def _is_csv(head: bytes) -> bool:
    """Tell CSV by a header that names what is said."""
    from memcli.ingestion.transcripts.fields import ALIASES

    header = _start(head).partition(b"\n")[0].decode(errors="replace").rstrip("\r").lower()
    columns = [_COLUMN.fullmatch(name) for name in re.split(r"[,;\t|]", header)]
    names = {name[1] for name in columns if name}
    is_said = not names.isdisjoint(("content", *ALIASES["content"]))
    return len(columns) > 1 and all(columns) and is_said


def _is_markdown(head: bytes) -> bool:
    return bool(_MARKDOWN.search(_start(head)))


# In the order in which they are tried; of those with one extension, the last is what it means.
IMPORTERS: Final[dict[str, Importer]] = {
    # Asked for by its name only: nothing that a stranger wrote is taken for what a store told.
    "export": BuiltinImporter((), lambda head: False, "store_export:read_export"),
    "parquet": BuiltinImporter((".parquet",), _is_parquet, "tabular:read_parquet", True),
    "claude-code": BuiltinImporter(LOGS, known(is_claude_code), "claude_code:read_claude_code"),
    "codex": BuiltinImporter(LOGS, known(is_codex), "codex:read_codex"),
    "gemini": BuiltinImporter(LOGS, known(is_gemini), "gemini:read_gemini"),
    "copilot-chat": BuiltinImporter(
        LOGS, _lazily_known("copilot_chat:is_copilot_chat"), "copilot_chat:read_copilot_chat"
    ),
    "cline": BuiltinImporter((".json",), _lazily_known("cline:is_cline"), "cline:read_cline"),
    "lm-studio": BuiltinImporter(
        (".json",), _lazily_known("desktop_chats:is_lm_studio"), "desktop_chats:read_lm_studio"
    ),
    "zed": BuiltinImporter(
        (".json",), _lazily_known("desktop_chats:is_zed"), "desktop_chats:read_zed"
    ),
    **layout_importers(),
    "deepseek": BuiltinImporter((".json",), known(is_deepseek), "accounts:read_deepseek"),
    "chatgpt": BuiltinImporter((".json",), known(is_chatgpt), "accounts:read_chatgpt"),
    "claude": BuiltinImporter((".json",), known(is_claude), "accounts:read_claude"),
    "slack": BuiltinImporter((".json",), known(is_slack), "slack:read_slack"),
    "telegram": BuiltinImporter((".json",), known(is_telegram), "telegram:read_telegram"),
    "discord": BuiltinImporter((".json",), known(is_discord), "discord:read_discord"),
    "signal": BuiltinImporter(LOGS, known(is_signal), "signal:read_signal"),
    "langgraph": BuiltinImporter(LOGS, known(is_langgraph), "langgraph:read_langgraph"),
    "messenger": BuiltinImporter((".json",), known(is_messenger), "messenger:read_messenger"),
    "opencode": BuiltinImporter((".json",), known(is_opencode), "opencode:read_opencode"),
    "cursor": BuiltinImporter(
        (*LOGS, ".txt"), _lazily("cursor:is_transcript"), "cursor:read_transcript"
    ),
    "cursor-database": BuiltinImporter(
        (".vscdb",), _lazily("cursor_database:is_state"), "cursor_database:read_state"
    ),
    "cursor-store": BuiltinImporter(
        (".db",), _lazily("cursor_store:is_cursor_store"), "cursor_store:read_cursor_store"
    ),
    "langgraph-database": BuiltinImporter(
        (".db",),
        _lazily("langgraph_database:is_checkpoints"),
        "langgraph_database:read_checkpoints",
    ),
    "opencode-database": BuiltinImporter(
        (".db",), _lazily("databases:is_database"), "opencode:read_database"
    ),
    "open-webui": BuiltinImporter((".json",), known(is_open_webui), "small_json:read_open_webui"),
    "github": BuiltinImporter((".json",), known(is_github), "small_json:read_github"),
    "llm-logs": BuiltinImporter((".json",), known(is_llm_logs), "small_json:read_llm_logs"),
    "keep": BuiltinImporter((".json",), known(is_keep), "small_json:read_keep"),
    "sillytavern": BuiltinImporter(LOGS, known(is_sillytavern), "small_json:read_sillytavern"),
    "mcp-memory": BuiltinImporter(LOGS, known(is_mcp_memory), "other_memories:read_mcp_memory"),
    "mem0": BuiltinImporter((".json",), known(is_mem0), "other_memories:read_mem0"),
    "cogx": BuiltinImporter(LOGS, known(is_cogx), "cogx:read_cogx"),
    "letta": BuiltinImporter((".json", ".af"), known(is_letta), "other_memories:read_letta"),
    "claude-memory": BuiltinImporter(
        (".json",), known(is_claude_memory), "other_memories:read_claude_memory"
    ),
    "chatgpt-memory": BuiltinImporter(
        (".json",), known(is_memory_list), "other_memories:read_memory_list"
    ),
    "hangouts": BuiltinImporter(
        (".json",), _lazily_known("hangouts:is_hangouts"), "hangouts:read_hangouts"
    ),
    "matrix": BuiltinImporter((".json",), _lazily_known("matrix:is_matrix"), "matrix:read_matrix"),
    "zulip": BuiltinImporter((".json",), _lazily_known("zulip:is_zulip"), "zulip:read_zulip"),
    "trello": BuiltinImporter((".json",), _lazily_known("trello:is_trello"), "trello:read_trello"),
    "companion": BuiltinImporter((".json",), known(_is_beside), "companions:read_companion"),
    "skype": BuiltinImporter((".json",), known(is_skype), "small_json:read_skype"),
    "chat-lines": BuiltinImporter(LOGS, known(is_chat_lines), "chat_lines:read_chat_lines"),
    "jsonl": BuiltinImporter((".jsonl", ".ndjson"), _is_jsonl, "jsonl:read_jsonl", True),
    "json": BuiltinImporter((".json",), _is_json, "json_document:read_json", True),
    "subtitles": BuiltinImporter(
        (".vtt", ".srt", ".sbv"), _lazily("subtitles:is_subtitles"), "subtitles:read_subtitles"
    ),
    "offsets": BuiltinImporter(
        TEXTS, _lazily("subtitles:is_offset_text"), "subtitles:read_subtitles"
    ),
    "whatsapp": BuiltinImporter(TEXTS, _lazily("whatsapp:is_whatsapp"), "whatsapp:read_whatsapp"),
    "discord-text": BuiltinImporter(
        TEXTS, _lazily("discord_text:is_discord_text"), "discord_text:read_discord_text"
    ),
    "irc": BuiltinImporter((*TEXTS, ".weechatlog"), _lazily("irc:is_irc"), "irc:read_irc"),
    "memory-list": BuiltinImporter(
        (*TEXTS, *MARKDOWN), _lazily("memory_list:is_list"), "memory_list:read_list"
    ),
    "clippings": BuiltinImporter(
        (".txt",), _lazily("clippings:is_clippings"), "clippings:read_clippings"
    ),
    "pidgin": BuiltinImporter((".txt", ".html"), _lazily("pidgin:is_pidgin"), "pidgin:read_pidgin"),
    "anki": BuiltinImporter((".txt",), _lazily("anki:is_anki"), "anki:read_anki"),
    # Named only: most YAML is settings, and most JavaScript is code.
    "yaml": BuiltinImporter((), _lazily("yaml_turns:is_yaml"), "yaml_turns:read_yaml"),
    "twitter": BuiltinImporter((), _lazily("twitter:is_archive_file"), "twitter:read_twitter"),
    "chat-text": BuiltinImporter(
        TEXTS, _lazily("chat_texts:is_chat_text"), "chat_texts:read_chat_text"
    ),
    "mail": BuiltinImporter((".eml", ".mbox"), _lazily("mail:is_mail"), "mail:read_mail"),
    "chat-page": BuiltinImporter(
        (".html", ".htm"), _lazily("chat_pages:is_chat_page"), "chat_pages:read_chat_page"
    ),
    "bookmarks": BuiltinImporter(
        (".html", ".htm"), _lazily("bookmarks:is_bookmarks"), "bookmarks:read_bookmarks"
    ),
    "evernote": BuiltinImporter((".enex",), _lazily("enex:is_enex"), "enex:read_enex"),
    "chat-xml": BuiltinImporter(
        (".chatlog",), _lazily("chat_xml:is_chat_xml"), "chat_xml:read_chat_xml"
    ),
    # Much is XML, so that a folder does not stand for all of it.
    "sms": BuiltinImporter((), _lazily("sms:is_sms"), "sms:read_sms"),
    "calendar": BuiltinImporter(
        (".ics",), _lazily("calendars:is_calendar"), "calendars:read_calendar"
    ),
    "html": BuiltinImporter((".html", ".htm"), _lazily("pages:is_page"), "pages:read_page"),
    "epub": BuiltinImporter((".epub",), _lazily("pages:is_epub"), "pages:read_epub"),
    "office": BuiltinImporter((".docx", ".odt"), _lazily("office:is_office"), "office:read_office"),
    "pdf": BuiltinImporter((".pdf",), _lazily("pdf:is_pdf"), "pdf:read_pdf"),
    "org": BuiltinImporter((".org",), _lazily("org:is_org"), "org:read_org"),
    # Known by its name, or asked for.
    "table": BuiltinImporter((), lambda head: False, "notion:read_table"),
    "csv": BuiltinImporter((".csv", ".tsv"), _is_csv, "tabular:read_csv", True),
    "aider": BuiltinImporter(AIDER, _lazily("aider:is_aider"), "aider:read_aider"),
    "editor": BuiltinImporter(
        MARKDOWN, _lazily("editors:is_editor_export"), "editors:read_editor_export"
    ),
    "markdown": BuiltinImporter((".md", ".markdown"), _is_markdown, "markdown:read_markdown"),
    "text": BuiltinImporter((".txt", ".log"), lambda head: True, "text:read_text"),
}
EXTENSIONS: Final = tuple(dict.fromkeys(e for one in IMPORTERS.values() for e in one.extensions))


@cache
def importer_of(name: str) -> Any:
    """Return the importer of a name, our own or a plug-in; BadUsage where there is none."""
    from memcli.plugins import find

    return find("importers", name, IMPORTERS)
