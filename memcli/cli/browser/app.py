"""The screen itself: a line to type in, the hits, and the one that is read."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar, Final

from rich.text import Text
from textual import work
from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Container, VerticalScroll
from textual.widgets import Footer, Input, OptionList, Static
from textual.widgets.option_list import Option

from memcli.cli.browser import drawing
from memcli.cli.browser.actions import ScreenActions
from memcli.cli.browser.reading import AROUND, HITS, WIDER, ScreenReader
from memcli.jsonl import Json
from store.errors import MemcliError

DEBOUNCE_S: Final = 0.15
# How often a commit of another process is looked for.
WATCH_S: Final = 2.0
WIDE: Final = 110


class QuestionLine(Input):
    """The line that the question is typed into."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,enter,tab", "app.read", "hits", key_display="↓"),
        Binding("escape", "app.quit", "quit"),
    ]


class HitMenu(OptionList):
    """The hits, best first, or the newest turns."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("slash,escape", "app.ask", "ask", key_display="/"),
        Binding("a", "app.around", "around"),
        Binding("s", "app.sources", "source"),
        Binding("h", "app.history", "history"),
        Binding("p", "app.pin", "pin"),
        Binding("x", "app.hide", "hide"),
        Binding("f", "app.forget", "forget"),
        Binding("u", "app.undo", "undo"),
        Binding("c", "app.copy", "id"),
        Binding("v", "app.everything", "all"),
        Binding("space", "app.page_on", "page", show=False),
        Binding("b", "app.page_back", "back", show=False),
        Binding("q", "app.quit", "quit"),
    ]


class Browser(App[None]):
    """Search as one types, read around a hit, see where it is from, pin, hide and forget."""

    ENABLE_COMMAND_PALETTE = False
    CSS = """
    Screen { layout: vertical; }
    QuestionLine { border: none; border-bottom: solid $primary; height: 2; padding: 0 1; }
    #body { height: 1fr; layout: vertical; }
    #body.wide { layout: horizontal; }
    HitMenu { height: 45%; border: none; padding: 0; }
    .wide HitMenu { height: 1fr; width: 42%; }
    #page { height: 1fr; border-top: solid $primary; padding: 0 1; }
    .wide #page { border-top: none; border-left: solid $primary; }
    HitMenu, #page { scrollbar-size-vertical: 1; scrollbar-background: ansi_default;
        scrollbar-background-hover: ansi_default; scrollbar-background-active: ansi_default; }
    #said { height: 1; padding: 0 1; color: $text-muted; }
    """

    def __init__(self, reader: ScreenReader, actions: ScreenActions, question: str = "") -> None:
        super().__init__()
        self.reader, self.actions, self.question = reader, actions, question
        self.hits: list[Json] = []
        self.chosen: Json | None = None
        self.everything = False
        self._asked, self._commit = 0, 0
        self._answered: str | None = None
        self._window = AROUND
        self._confirming = ""

    def compose(self) -> ComposeResult:
        """Yield the widgets from the top down."""
        yield QuestionLine(self.question, placeholder="Type to search", select_on_focus=False)
        with Container(id="body"):
            yield HitMenu(id="hits")
            with VerticalScroll(id="page"):
                yield Static(id="text")
        yield Static(id="said")
        yield Footer(compact=True)

    def on_mount(self) -> None:
        """Ask the first question, and begin to look for commits of others."""
        self.theme = "ansi-dark"
        self.reader.memory.warm()
        self.search()
        self.set_interval(WATCH_S, self._look_for_commits)

    def on_resize(self) -> None:
        """Put the page beside the hits where there is room."""
        self.query_one("#body").set_class(self.size.width >= WIDE, "wide")
        self.call_after_refresh(self._list_hits)

    # ---------------------------------------------------------------- searching

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search once nothing has been typed for a moment."""
        self.question = event.value
        self._asked += 1
        asked = self._asked
        self.set_timer(DEBOUNCE_S, lambda: self.search() if asked == self._asked else None)

    def search(self) -> None:
        """Search for what is typed; an answer that comes after a newer question is dropped."""
        self._asked += 1
        self._search(self.question, self.everything, self._asked)

    @work(thread=True, group="search")
    def _search(self, question: str, everything: bool, asked: int) -> None:
        try:
            commit = self.reader.commit
            hits = self.reader.find(question, everything) if asked == self._asked else []
        except MemcliError as error:
            self.call_from_thread(self.say, str(error))
            return
        if asked == self._asked:
            self.call_from_thread(self._show_hits, hits, commit)

    @property
    def _is_closing(self) -> bool:
        """Whether the widgets are gone already; an answer may come while the screen closes."""
        return not self.query("#text")

    def _show_hits(self, hits: list[Json], commit: int) -> None:
        if self._is_closing:
            return
        # What is read stays where only the store has changed; a new question begins at its best.
        kept = self.chosen["id"] if self.chosen and self._answered == self.question else None
        self.hits, self._commit, self._answered = hits, commit, self.question
        places = [hit["id"] for hit in hits]
        self._list_hits(places.index(kept) if kept in places else 0)
        if not hits:
            self.chosen = None
            self.query_one("#text", Static).update("")
        what = "hits, best first" if self.question.strip() else "turns, the newest first"
        more = " or more" if len(hits) == HITS else ""
        self.say(f"{len(hits)}{more} {what}" if hits else "nothing was found")

    def _list_hits(self, place: int | None = None) -> None:
        listed = self.query_one(HitMenu)
        place = listed.highlighted if place is None else place
        width = max(20, listed.size.width - 4)
        listed.set_options(
            Option(drawing.hit_lines(hit, self.question, width)) for hit in self.hits
        )
        if self.hits:
            listed.highlighted = min(place or 0, len(self.hits) - 1)

    def _look_for_commits(self) -> None:
        """Search again where another process has written."""
        if self._commit and self.reader.commit != self._commit:
            self.search()

    # ---------------------------------------------------------------- reading

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Read the hit that is gone to."""
        self._confirming, self._window = "", AROUND
        if not self._is_closing:
            self._read(event.option_index)

    def _read(self, place: int) -> None:
        try:
            self.chosen = self.reader.whole(self.hits[place]["id"])
            around = self.reader.around(self.chosen, self._window)
        except MemcliError as error:
            self.say(str(error))
            return
        self._show(drawing.memory_page(self.chosen, self.question, around))

    def _show(self, page: Text) -> None:
        self.query_one("#text", Static).update(page)
        self.query_one("#page").scroll_home(animate=False)

    def say(self, text: str) -> None:
        """Say something in the line above the keys."""
        self.query_one("#said", Static).update(Text(text))

    def action_read(self) -> None:
        """Go to the hits."""
        self.query_one(HitMenu).focus()

    def action_ask(self) -> None:
        """Go to the line with the question."""
        self.query_one(QuestionLine).focus()

    def action_around(self) -> None:
        """Read around the hit, each time wider."""
        if self.chosen:
            self._window += WIDER
            turns = self.reader.around(self.chosen, self._window)
            self._show(drawing.memory_page(self.chosen, self.question, turns))
            before = sum(1 for turn in turns if turn["seq"] < (self.chosen.get("seq") or 0))
            self.say(f"{before} turns before it, {max(0, len(turns) - before - 1)} after")

    def action_sources(self) -> None:
        """Show what a memory was made of, and what of it."""
        if self.chosen:
            self._show(drawing.sources_page(self.chosen, *self.reader.sources(self.chosen)))

    def action_history(self) -> None:
        """Show how a memory came about."""
        if self.chosen:
            self._show(drawing.history_page(self.chosen, self.reader.history(self.chosen)))

    def action_page_on(self) -> None:
        """Scroll the page on."""
        self.query_one("#page").scroll_page_down(animate=False)

    def action_page_back(self) -> None:
        """Scroll the page back."""
        self.query_one("#page").scroll_page_up(animate=False)

    def action_everything(self) -> None:
        """Find hidden and archived memories too, or no longer."""
        self.everything = not self.everything
        self.search()

    # ---------------------------------------------------------------- acting

    def action_pin(self) -> None:
        """Pin, or unpin."""
        self._act(self.actions.pin)

    def action_hide(self) -> None:
        """Hide, or bring back."""
        self._act(self.actions.hide)

    def action_forget(self) -> None:
        """Archive a memory, when the key is pressed twice."""
        if self.chosen and self._confirming != self.chosen["id"]:
            self._confirming = self.chosen["id"]
            self.say("f again to forget it: it is archived, and u takes that back")
            return
        self._confirming = ""
        self._act(self.actions.forget)

    def action_undo(self) -> None:
        """Take back the last action."""
        self._act(lambda _: self.actions.undo())

    def action_copy(self) -> None:
        """Copy the id of a memory to the clipboard of the terminal."""
        if self.chosen:
            self.copy_to_clipboard(self.chosen["id"])
            self.say(f"copied {self.chosen['id']}")

    def _act(self, work: Callable[[Json], str]) -> None:
        if self.chosen is None:
            return
        try:
            said = work(self.chosen)
        except MemcliError as error:
            said = str(error)
        self._redraw(said)

    def _redraw(self, said: str) -> None:
        """Show what came of an action: the hits as they are now, and what was done."""
        listed = self.query_one(HitMenu)
        place = listed.highlighted
        self._asked += 1
        self._commit = self.reader.commit
        self.hits = self.reader.find(self.question, self.everything)
        self._list_hits(place)
        if self.hits and listed.highlighted is not None:
            self._read(listed.highlighted)
        self.say(said)
