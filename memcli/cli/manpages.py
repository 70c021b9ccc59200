"""
Write the man pages: python -m memcli.cli.manpages FOLDER.

Each command has a page in section 1, made from its help, and each topic one in section 7. The date
is fixed, so that the same program makes the same pages.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from memcli import __version__
from memcli.cli import roff
from memcli.cli.command_tree import Context, children, walk, whole_program
from memcli.cli.topics import subject, topic_pages

DATE: Final = "2026-11-01"
EXAMPLE: Final = "Example: "
EXIT_STATUS: Final = "EXIT STATUS: "


def manual() -> dict[str, str]:
    """Return the text of each man page by its path below a folder of manuals."""
    topics = {f"memcli-{topic}": page for topic, page in topic_pages().items()}
    pages = {_page_path(name, 7): topic_page(name, page) for name, page in topics.items()}
    return pages | command_pages(whole_program())


def command_pages(program: Context) -> dict[str, str]:
    """Return the man page of a program and of each command below it, by their paths."""
    return {_page_path(name_of(command), 1): command_page(command) for command in walk(program)}


def _page_path(name: str, number: int) -> str:
    return f"man{number}/{name}.{number}"


def name_of(command: Context) -> str:
    """Return the name of a command's page: memcli-models-list of `memcli models list`."""
    return str(command.command_path).replace(" ", "-")


def command_page(context: Context) -> str:
    """Return the man page of a command."""
    paragraphs = [" ".join(text.split()) for text in (context.command.help or "").split("\n\n")]
    usage = " ".join(context.command.collect_usage_pieces(context))
    lines = [
        *_title_lines(name_of(context), 1, paragraphs[0]),
        *(roff.section("synopsis"), roff.bold(context.command_path), roff.literal(usage)),
        *_help_sections(paragraphs),
        *_parameters(context),
        *_commands(context),
        *_see_also(context),
    ]
    return roff.page(lines)


def _title_lines(name: str, number: int, about: str) -> list[str]:
    """Return the first lines of a page: its title and what it is about."""
    title = roff.literal(name.upper())
    about = about[:1].lower() + about[1:].rstrip(".")
    return [
        # Tells man that there may be tables.
        "'\\\" t",
        f'.TH "{title}" "{number}" "{DATE}" "memcli {__version__}" "memcli manual"',
        roff.section("name"),
        *roff.lines_of(rf"{roff.literal(name)} \- {roff.prose(about)}"),
    ]


def _help_sections(paragraphs: Sequence[str]) -> list[str]:
    """Return the sections that the paragraphs of a command's help make."""
    told = [text for text in paragraphs if not text.startswith((EXAMPLE, EXIT_STATUS))]
    lines = [roff.section("description")]
    for text in told:
        lines += roff.paragraph(text)
    examples = [text.removeprefix(EXAMPLE) for text in paragraphs if text.startswith(EXAMPLE)]
    if examples:
        lines += [roff.section("examples"), *roff.code_block("\n".join(examples))]
    for text in paragraphs:
        if text.startswith(EXIT_STATUS):
            status = text.removeprefix(EXIT_STATUS)
            lines += [roff.section("exit status"), *roff.paragraph(status)]
    return lines


def _parameters(context: Context) -> list[str]:
    """Return the sections of a command's arguments and options."""
    entries: dict[str, list[str]] = {"argument": [], "option": []}
    for parameter in context.command.get_params(context):
        record = parameter.get_help_record(context)
        if record is not None:
            term, text = record
            entries[parameter.param_type_name] += roff.entry(roff.bold(term), roff.prose(text))
    sections = ([roff.section(f"{kind}s"), *lines] for kind, lines in entries.items() if lines)
    return [line for lines in sections for line in lines]


def _commands(context: Context) -> list[str]:
    """Return the section of the commands of a group, and at the root that of the topics."""
    lines: list[str] = []
    for inner in children(context):
        summary = inner.command.get_short_help_str(limit=1000)
        lines += roff.entry(_reference(name_of(inner), 1), roff.prose(summary))
    if lines:
        lines = [roff.section("commands"), *lines]
    if context.parent is None:
        lines.append(roff.section("topics"))
        for topic, page in topic_pages().items():
            lines += roff.entry(_reference(f"memcli-{topic}", 7), roff.prose(subject(page)))
    return lines


def _see_also(context: Context) -> list[str]:
    """Return the section that names the page above a command's own."""
    if context.parent is None:
        return []
    return [roff.section("see also"), _reference(name_of(context.parent), 1)]


def _reference(name: str, number: int) -> str:
    return f"{roff.bold(name)}({number})"


def topic_page(name: str, page: str) -> str:
    """Return the man page of a topic."""
    lines, body = _title_lines(name, 7, subject(page)), roff.from_markdown(page)
    if not body[0].startswith(".SH"):
        lines.append(roff.section("description"))
    return roff.page([*lines, *body, roff.section("see also"), _reference("memcli", 1)])


def write_all(folder: Path) -> None:
    """Write every page into a folder of manuals, and take away those that there are no more."""
    pages = manual()
    for old in folder.glob("man[17]/*.[17]"):
        if str(old.relative_to(folder)) not in pages:
            old.unlink()
    for path, text in pages.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    write_all(Path(sys.argv[1]))
