"""Figures in SVG."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.retention.svg import BOTTOM, COLOURS, LEFT, MARKS, RIGHT, TOP, Series, even_axis, figure

NAMESPACE = "{http://www.w3.org/2000/svg}"
ACROSS, UP = even_axis("age", 10.0), even_axis("worth", 1.0)
SERIES = [
    Series("dots", [(0.0, 0.0), (10.0, 1.0), (5.0, 0.5)]),
    Series("a line", [(0.0, 1.0), (10.0, 0.0)], is_line=True),
    Series("nothing", []),
]


def parsed(*args):
    return ElementTree.fromstring(figure(*args))


def drawn(root, kind):
    return [path for path in root.iter(f"{NAMESPACE}path") if path.get("class") == kind]


def texts(root):
    return [text.text for text in root.iter(f"{NAMESPACE}text")]


def test_each_series_is_drawn_in_its_colour_at_its_places():
    root = parsed("A title", ACROSS, UP, SERIES)
    dots, line, nothing = drawn(root, "series")
    corners = f"M{LEFT:.1f} {BOTTOM:.1f}h.01M{RIGHT:.1f} {TOP:.1f}h.01"
    assert dots.get("d").startswith(corners)
    assert line.get("d") == f"M{LEFT:.1f} {TOP:.1f}L{RIGHT:.1f} {BOTTOM:.1f}"
    assert nothing.get("d") == ""
    assert [path.get("stroke") for path in drawn(root, "key")] == list(COLOURS[:3])
    assert [path.get("stroke") for path in (dots, line, nothing)] == list(COLOURS[:3])


def test_title_axes_their_marks_and_a_legend_are_written():
    root = parsed("A title", ACROSS, UP, SERIES)
    marks = [text for axis in (ACROSS, UP) for _, text in axis.marks]
    assert marks == ["0", "2", "4", "6", "8", "10", "0", "0.2", "0.4", "0.6", "0.8", "1"]
    assert texts(root) == ["A title", "age", "worth", *marks, "dots", "a line", "nothing"]
    assert root.find(f"{NAMESPACE}title").text == "A title"
    assert "prefers-color-scheme: dark" in root.find(f"{NAMESPACE}style").text


def test_what_is_written_is_text_and_never_markup_or_script():
    root = parsed("<script>alert(1)</script> & co", ACROSS, UP, [Series("<b>", [])])
    assert texts(root)[0] == "<script>alert(1)</script> & co"
    assert {element.tag.removeprefix(NAMESPACE) for element in root.iter()} == {
        *("svg", "title", "style", "text", "path")
    }
    assert not any(name.startswith("on") for element in root.iter() for name in element.attrib)


@pytest.mark.parametrize(
    ("high", "last"), [(1.0, "1"), (0.07, "0.08"), (365.0, "400"), (9e6, "10,000,000")]
)
def test_an_axis_ends_at_a_round_number(high, last):
    assert even_axis("", high).marks[-1][1] == last


@given(st.floats(0, 1e9))
def test_an_axis_holds_all_values_in_even_steps(high):
    marks = [value for value, _ in even_axis("", high).marks]
    assert marks[0] == 0.0
    assert marks[-1] >= high * (1 - 1e-9)
    assert 2 <= len(marks) <= MARKS + 2
    assert np.diff(marks) == pytest.approx(marks[1])
    assert len({text for _, text in even_axis("", high).marks}) == len(marks)


@given(st.lists(st.tuples(st.floats(0, 10), st.floats(0, 1))))
def test_all_points_stand_inside_the_axes(points):
    (path,) = drawn(parsed("", ACROSS, UP, [Series("", points)]), "series")
    places = re.findall(r"M([\d.]+) ([\d.]+)h", path.get("d"))
    assert len(places) == len(points)
    assert all(LEFT <= float(x) <= RIGHT and TOP <= float(y) <= BOTTOM for x, y in places)
