"""The page: whole in one file, harmless whatever was said, and seen by a real browser."""

from __future__ import annotations

import json
import re
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.exports.html import as_script_data, encode_page, page_of
from tests.support.paths import ROOT

EVIL = (
    "</script><script>document.title='owned'</script><img src=x onerror=\"document.title='owned'\">"
)
SVG_NAME = "http://www.w3.org/2000/svg"
NOTHING = {
    "now": 1_900_000_000, "left_out": {}, "turns": [], "statements": [], "summaries": [],
    "graph": {"nodes": [], "edges": []}, "speakers": [], "sessions": [], "namespaces": [],
}  # fmt: skip


def evil_page():
    turns = [[f"id{n}", 0, 0, 1_700_000_000 + n, f"{EVIL} turn {n}", 0] for n in range(3)]
    fact = {"id": "f", "text": f"Ida likes {EVIL}.", "who": EVIL, "space": 0, "about": "likes",
            "fact": 1, "ended": 1, "tags": [EVIL], "of": "id1"}  # fmt: skip
    graph = {"nodes": [[EVIL, EVIL, 3, 0.1, 0.2], ["Bo", "person", 1, 0.9, 0.8]],
             "edges": [[0, 1, 2]]}  # fmt: skip
    data = {"turns": turns, "speakers": [EVIL], "sessions": [[0, EVIL]], "namespaces": [EVIL]}
    more = {"summaries": [[0, EVIL, [EVIL]]], "statements": [fact], "graph": graph}
    return page_of(NOTHING | data | more | {"left_out": {"turns": 1_200}}).decode()


def data_of(page):
    return json.loads(
        re.search(r'<script type="application/json" id="data">(.*?)</script>', page)[1]
    )


def test_a_page_needs_nothing_but_itself(contents):
    page = b"".join(encode_page(contents)).decode()
    assert set(re.findall(r"\w+://[^\"'` ]+", page.replace(SVG_NAME, ""))) == set()
    assert not re.search(r"<link|<img|<iframe|@import|url\(|\bfetch\(|XMLHttp|WebSocket", page)
    policy = re.search(r'Content-Security-Policy" content="(.*?)"', page)[1]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "unsafe" not in policy
    texts = [turn[4] for turn in data_of(page)["turns"]]
    assert "The boat is called Zwaluw.\nIt leaks." in texts
    assert "Old." not in texts  # archived


def test_what_was_said_ends_no_element_and_fills_no_gap():
    page = evil_page()
    assert page.count("</script>") == 2
    assert "<img" not in page
    assert data_of(page)["speakers"] == [EVIL]
    assert data_of(page_of(NOTHING | {"speakers": ["@@script@@"]}).decode())["speakers"] == [
        "@@script@@"
    ]


@given(st.recursive(st.text(), lambda inner: st.lists(inner), max_leaves=5))
def test_data_comes_back_and_has_no_mark_of_markup(value):
    text = as_script_data({"value": value})
    assert not set("<>&\u2028\u2029") & set(text)
    assert json.loads(text) == {"value": value}


def test_the_script_makes_no_markup_of_text():
    script = (ROOT / "memcli/exports/html_page/page.js").read_text("utf-8")
    assert not re.search(
        r"innerHTML|outerHTML|insertAdjacent|document\.write|\beval\b|style=", script
    )


def test_the_program_writes_a_page(run, small_store, tmp_path):
    page = tmp_path / "memory.html"
    done = run("export", "-o", page, "--store", small_store.layout.root)
    assert "wrote a page of" in done.stderr
    assert page.read_text("utf-8").startswith("<!doctype html>")


CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)


@pytest.mark.skipif(not CHROMIUM, reason="there is no Chromium here")
@pytest.mark.parametrize(
    ("view", "seen"),
    [
        ("timeline", "1,200 turns"),
        ("people", "(ended)"),
        ("graph", 'class="node other"'),
        ("search=onerror%20turn", "<mark>turn</mark> 2"),
    ],
)
def test_a_browser_shows_it_and_is_not_owned(view, seen, tmp_path):
    path = tmp_path / "page.html"
    path.write_text(evil_page(), "utf-8")
    words = [CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"]
    words += [f"--user-data-dir={tmp_path / 'profile'}", "--host-resolver-rules=MAP * ~NOTFOUND"]
    words += ["--virtual-time-budget=2000", "--dump-dom", f"{path.as_uri()}#{view}"]
    done = subprocess.run(words, capture_output=True, timeout=60, check=True)
    page = done.stdout.decode()
    assert "<title>Memory</title>" in page
    assert seen in page
    assert "<img" not in page
