"""The screen, driven in this process by Textual's own pilot at the size of an old terminal."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest
from textual.widgets import OptionList, Static

from memcli.cli.browser import app as screen
from memcli.cli.browser.app import Browser, HitMenu, QuestionLine
from store import Store
from tests.cli.browser.conftest import SAID
from tests.support.talked_stores import grow, line


@pytest.fixture
def drive(reader, actions, monkeypatch):
    """Return what runs a story on a screen: it is given the pilot, and what waits for a state."""
    monkeypatch.setattr(screen, "DEBOUNCE_S", 0.01)
    monkeypatch.setattr(screen, "WATCH_S", 0.05)

    def run(story, question="", size=(80, 24)):
        async def main():
            browser = Browser(reader, actions, question)
            async with browser.run_test(size=size) as pilot:

                async def until(state):
                    for _ in range(400):
                        if state(browser):
                            return
                        await pilot.pause(0.02)
                    raise AssertionError(f"never: {said(browser)!r}, {page(browser)!r}")

                await story(pilot, until)

        asyncio.run(main())

    return run


def said(browser):
    return str(browser.query_one("#said", Static).content)


def page(browser):
    return str(browser.query_one("#text", Static).content)


def texts(browser):
    return [hit["text"] for hit in browser.hits]


def test_it_searches_while_one_types_and_reads_the_best(drive):
    async def story(pilot, until):
        await until(lambda b: texts(b) == [*SAID[::-1]])
        await pilot.press(*"boiler")
        await until(lambda b: b.hits and texts(b)[0] == SAID[0] and SAID[0] in page(b))
        assert "best first" in said(pilot.app)
        await pilot.press("down", "down")
        await until(lambda b: b.query_one(HitMenu).highlighted == 1)
        assert texts(pilot.app)[1] in page(pilot.app)
        await pilot.press("slash")
        assert isinstance(pilot.app.focused, QuestionLine)

    drive(story)


def test_each_key_does_what_it_says(drive, reader):
    async def story(pilot, until):
        await until(lambda b: b.hits and SAID[0] in page(b))
        record = pilot.app.chosen
        await pilot.press("enter", "s")
        assert "Made of it" in page(pilot.app)
        await pilot.press("h")
        assert "added" in page(pilot.app)
        await pilot.press("a")
        assert "Where it was said" in page(pilot.app)
        await pilot.press("p")
        assert said(pilot.app).startswith("pinned")
        assert reader.whole(record["id"])["pinned"]
        await pilot.press("u", "f")
        assert "f again" in said(pilot.app)
        assert "archived" not in reader.whole(record["id"])
        await pilot.press("f")
        assert said(pilot.app).startswith("forgotten")
        assert record["id"] not in [hit["id"] for hit in pilot.app.hits]
        await pilot.press("u")
        assert said(pilot.app) == "taken back"
        await pilot.press("c")
        assert pilot.app.clipboard == pilot.app.chosen["id"]

    drive(story, "the key behind the boiler")


def test_a_forgetting_has_to_be_confirmed_on_the_same_memory(drive, reader):
    async def story(pilot, until):
        await until(lambda b: len(b.hits) == len(SAID) and b.chosen)
        first = pilot.app.chosen["id"]
        await pilot.press("enter", "f", "down", "f")
        await until(lambda b: "f again" in said(b))
        assert not any("archived" in reader.whole(id_) for id_ in (first, pilot.app.chosen["id"]))

    drive(story)


def test_what_others_write_is_seen(drive, path):
    async def story(pilot, until):
        await until(lambda b: b.hits)
        turn = line("The ferry is late.", "2031-02-01T10:00:00Z", "s/ferry")
        grow(Store.open(path), [turn])
        await until(lambda b: texts(b)[0] == "The ferry is late.")

    drive(story)


def test_an_answer_that_comes_while_the_screen_closes_is_dropped(drive):
    async def story(pilot, until):
        await until(lambda b: b.hits)
        hits = pilot.app.hits
        await pilot.app.query("#body").remove()
        pilot.app._show_hits(hits[::-1], 1)
        pilot.app.on_option_list_option_highlighted(SimpleNamespace(option_index=0))
        assert pilot.app.hits == hits

    drive(story)


def test_hidden_memories_are_found_when_asked_for(drive):
    async def story(pilot, until):
        await until(lambda b: b.hits and SAID[0] in page(b))
        hidden = pilot.app.chosen["id"]
        await pilot.press("enter", "x")
        assert hidden not in [hit["id"] for hit in pilot.app.hits]
        await pilot.press("v")
        await until(lambda b: hidden in [hit["id"] for hit in b.hits])

    drive(story, "boiler")


@pytest.mark.parametrize(("width", "beside"), [(80, False), (140, True)])
def test_the_page_is_beside_the_hits_where_there_is_room(drive, width, beside):
    async def story(pilot, until):
        await until(lambda b: b.hits)
        await pilot.pause()
        hits, text = pilot.app.query_one(OptionList).region, pilot.app.query_one("#page").region
        assert (text.x >= hits.right) is beside
        assert min(hits.height, text.height) >= 5
        footer = pilot.app.query_one("Footer").region
        assert footer.bottom == 24

    drive(story, size=(width, 24))
