"""A figure in SVG: dots or lines over two axes, readable on a light and a dark page, no script."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from typing import Final, NamedTuple

WIDTH, HEIGHT = 900, 480
LEFT, RIGHT, TOP, BOTTOM = 80, 880, 50, 380
# About so many marks on an axis.
MARKS: Final = 6
# Apart from one another, also for who sees no red and green, and from white and black.
COLOURS: Final = ("#3b82d6", "#e08a1e", "#2f9e77", "#8a8f98")
STYLE: Final = """
svg { background: #fff; font: 13px sans-serif }
text { fill: #222 }
.rule { stroke: #ccc }
@media (prefers-color-scheme: dark) {
  svg { background: #15181d } text { fill: #ddd } .rule { stroke: #444 }
}
"""
Point = tuple[float, float]


class Axis(NamedTuple):
    """What an axis measures, from the lowest of its marks to the highest: value and text."""

    label: str
    marks: Sequence[tuple[float, str]]

    def share(self, value: float) -> float:
        """Return how far along the axis a value is, 0 to 1."""
        low, high = self.marks[0][0], self.marks[-1][0]
        return (value - low) / (high - low)


class Series(NamedTuple):
    """Points of one colour, joined by a line or each a dot."""

    label: str
    points: Sequence[Point]
    is_line: bool = False


def even_axis(label: str, high: float) -> Axis:
    """Return an axis from 0 to `high` or a little more, with round numbers as its marks."""
    rough = max(high, 1e-9) / MARKS
    unit = 10.0 ** math.floor(math.log10(rough))
    step = next(unit * times for times in (1, 2, 5, 10) if unit * times >= rough * (1 - 1e-9))
    marks = (step * index for index in range(math.ceil(max(high, 1e-9) / step - 1e-9) + 1))
    return Axis(label, [(mark, f"{mark:,.9g}") for mark in marks])


def figure(title: str, across: Axis, up: Axis, series: Sequence[Series]) -> bytes:
    """Return a figure with a legend below it; the same values give the same bytes."""
    box = f"0 0 {WIDTH} {HEIGHT}"
    root = ElementTree.Element("svg", xmlns="http://www.w3.org/2000/svg", viewBox=box, role="img")
    ElementTree.SubElement(root, "title").text = title
    ElementTree.SubElement(root, "style").text = STYLE
    _add_text(root, (LEFT + RIGHT) / 2, 28, title, size=17)
    _add_text(root, (LEFT + RIGHT) / 2, BOTTOM + 44, across.label)
    middle = (TOP + BOTTOM) / 2
    _add_text(root, 20, middle, up.label, transform=f"rotate(-90 20 {middle:g})")
    for value, text in across.marks:
        x, _ = _page_point((across.share(value), 0.0))
        _add_path(root, f"M{x:g} {BOTTOM}v6", "rule", "currentColor")
        _add_text(root, x, BOTTOM + 22, text)
    for value, text in up.marks:
        _, y = _page_point((0.0, up.share(value)))
        _add_path(root, f"M{LEFT} {y:g}H{RIGHT}", "rule", "currentColor")
        _add_text(root, LEFT - 8, y + 4, text, anchor="end")
    at = float(LEFT)
    for (label, points, is_line), colour in zip(series, COLOURS, strict=False):
        places = [_page_point((across.share(x), up.share(y))) for x, y in points]
        # A line of no length with round ends is a dot, and a tenth of the bytes of a circle.
        strokes = [f"{x:.1f} {y:.1f}" for x, y in places]
        drawn = "M" + "L".join(strokes) if is_line else "".join(f"M{s}h.01" for s in strokes)
        _add_path(root, drawn if strokes else "", "series", colour, 2 if is_line else 4)
        _add_path(root, f"M{at:g} {HEIGHT - 19}h14", "key", colour, 6)
        _add_text(root, at + 24, HEIGHT - 14, label, anchor="start")
        at += 54 + 7 * len(label)
    return ElementTree.tostring(root, encoding="unicode").encode() + b"\n"


def _page_point(shares: Point) -> Point:
    """Return where on the page a point is that stands so far along both axes."""
    return LEFT + shares[0] * (RIGHT - LEFT), BOTTOM - shares[1] * (BOTTOM - TOP)


def _add_path(
    parent: ElementTree.Element, drawn: str, kind: str, colour: str, width: int = 1
) -> None:
    form = {"class": kind, "d": drawn, "stroke": colour, "stroke-width": str(width)}
    ElementTree.SubElement(parent, "path", form | {"stroke-linecap": "round", "fill": "none"})


def _add_text(
    parent: ElementTree.Element,
    x: float,
    y: float,
    text: str,
    anchor: str = "middle",
    size: int = 13,
    **more: str,
) -> None:
    form = {"x": f"{x:g}", "y": f"{y:g}", "text-anchor": anchor, "font-size": str(size)}
    ElementTree.SubElement(parent, "text", form | more).text = text
