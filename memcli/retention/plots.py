"""Pictures of forgetting: the curve of one memory in the terminal, retention over age as SVG."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from memcli.algorithms import decay
from memcli.algorithms.decay import Anchors, Policy, Recalls
from memcli.jsonl import Row
from memcli.memory.selection import select
from memcli.retention.anchors import MemoryTable, part
from memcli.retention.decay import StateChange
from store.errors import BadUsage, StoreIOError

if TYPE_CHECKING:
    from memcli.retention.decay import DecayStep

WIDTH, HEIGHT = 64, 10
POINTS: Final = 400
SVG: Final = "http://www.w3.org/2000/svg"
HORIZON_DAYS: Final = 3_650.0
# So many dots show a crowd as well as all of them would.
MAX_DOTS: Final = 500


def explanation(step: DecayStep, name: str, namespace: str | None) -> tuple[Row, str]:
    """
    Return the terms of a memory's retention as a record, and its curve as text.

    InputNotFound when there is no such memory, BadUsage when several are meant.
    """
    found = select(step.snapshot, [name], namespace)
    if len(found) > 1:
        raise BadUsage(f"{name!r} means {len(found)} memories", "give the id of one")
    known = MemoryTable(step.snapshot, step.now, step.settings)
    verdict = StateChange(known)
    index = known.ids.index(found[0]["id"])
    policy = known.policy_of(index)
    anchors = part(known.anchors, np.array([index]))
    terms = _terms(known, verdict, index, anchors, policy)
    return terms, f"{found[0]['text']}\n\n{_drawing(anchors, policy, terms)}"


def _terms(
    known: MemoryTable, verdict: StateChange, index: int, anchors: Anchors, policy: Policy
) -> Row:
    limits = known.settings.thresholds
    own = decay.in_own_time(anchors, policy)
    values = {
        "id": known.ids[index],
        "policy": policy.name,
        "age_days": anchors.age_days[0],
        "idle_days": anchors.idle_days[0],
        "pace": anchors.age_days[0] / own.age_days[0] if own.age_days[0] else 1.0,
        "recalls": int(known.n_recalls[index]),
        "spaced_recalls": decay.spaced_recalls(own, policy.spacing_days)[0],
        "stability_days": decay.stability_days(own, policy)[0],
        "heat": verdict.heat[index],
        "importance": verdict.importance[index],
        "links": int(anchors.links[0]),
        "kept": bool(known.is_kept[index]),
        "retention": verdict.retention[index],
        "state": str(verdict.before[index]),
        "next_state": str(verdict.after[index]),
        "dormant_in_days": days_until(limits.dormant_below, anchors, policy),
        "archive_below_in_days": days_until(limits.archive_below, anchors, policy),
    }
    rounded = {
        name: round(float(value), 4) if isinstance(value, float | np.floating) else value
        for name, value in values.items()
    }
    return {"kind": "row", "v": 1, **{k: v for k, v in rounded.items() if v is not None}}


def days_until(level: float, anchors: Anchors, policy: Policy) -> float | None:
    """Return in how many days of use retention falls below a level; None when never, in effect."""
    low, high = 0.0, HORIZON_DAYS
    if retention_at(anchors, policy, [high])[0] >= level:
        return None
    for _ in range(60):
        middle = (low + high) / 2
        if retention_at(anchors, policy, [middle])[0] < level:
            high = middle
        else:
            low = middle
    return high


def retention_at(anchors: Anchors, policy: Policy, after_days: Sequence[float]) -> np.ndarray:
    """Return the retention of one memory at times relative to now, float [t]; before 0 is past."""
    found = []
    for days in after_days:
        ages = anchors.recalls.age_days + days
        met = ages >= 0
        recalls = Recalls(anchors.recalls.owner[met], ages[met])
        then = anchors._replace(age_days=anchors.age_days + days, recalls=recalls)
        found.append(decay.retention(then, policy)[0])
    return np.array(found)


def _drawing(anchors: Anchors, policy: Policy, terms: Row) -> str:
    """Return the curve and its terms as lines for a terminal."""
    ahead = terms.get("archive_below_in_days") or 30.0
    start, end = -float(anchors.age_days[0]), max(1.0, 1.1 * float(ahead))
    times = np.linspace(start, end, WIDTH)
    rows = chart(retention_at(anchors, policy, times.tolist()), HEIGHT)
    here = round((0 - start) / (end - start) * (WIDTH - 1))
    labels = {0: "1.0", HEIGHT // 2: "0.5", HEIGHT - 1: "0.0"}
    lines = [f"{labels.get(at, ''):>4} |{line}" for at, line in enumerate(rows)]
    lines.append("     +" + "-" * here + "^" + "-" * (WIDTH - here - 1))
    lines.append("      " + f"made {-start:.0f} days of use ago, now ^, until {end:.0f} days ahead")
    shown = {k: v for k, v in terms.items() if k not in ("kind", "v")}
    lines += ["", *(f"{name:<22} {value}" for name, value in shown.items())]
    return "\n".join(lines)


def chart(values: np.ndarray, height: int) -> list[str]:
    """Return values in [0, 1] as `height` lines of text, one column each."""
    filled = np.rint(np.clip(values, 0.0, 1.0) * (height - 1)).astype(int)
    marks = np.where(filled == np.arange(height)[::-1, None], "*", ":")
    marks = np.where(filled < np.arange(height)[::-1, None], " ", marks)
    return ["".join(line) for line in marks.tolist()]


def draw_retention(step: DecayStep, path: Path, namespace: str | None) -> int:
    """
    Write retention over age as SVG, a dot a memory and a line for each policy; return how many.

    BadUsage for a path of another kind, StoreIOError when it cannot be written.
    """
    if path.suffix.lower() != ".svg":
        raise BadUsage(f"{path} is not named .svg", "a plot is SVG: name it so")
    known = MemoryTable(step.snapshot, step.now, step.settings)
    verdict = StateChange(known)
    inside = np.flatnonzero((known.namespaces == namespace) | (namespace is None))
    picture = _picture(known, verdict, inside)
    try:
        path.write_bytes(picture)
    except OSError as error:
        raise StoreIOError(f"cannot write {path}: {error.strerror}", "check the path") from error
    return len(inside)


def _picture(known: MemoryTable, verdict: StateChange, inside: np.ndarray) -> bytes:
    import pygal
    from pygal.style import CleanStyle

    figure = pygal.XY(
        js=(),
        style=CleanStyle(font_family="sans-serif"),
        width=900,
        height=480,
        stroke=False,
        dots_size=1.5,
        x_title="age, in days on which the store was used",
        y_title="retention",
        range=(0, 1),
        legend_at_bottom=True,
        title=f"{len(inside):,} memories on {known.now:%Y-%m-%d}",
    )
    for state in ("promoted", "active", "dormant", "archived"):
        mine = inside[verdict.after[inside] == state]
        some = mine[:: max(1, len(mine) // MAX_DOTS)]
        dots = zip(known.anchors.age_days[some], verdict.retention[some], strict=True)
        label = f"{state} ({len(mine):,})"
        figure.add(label, [(round(float(x), 2), round(float(y), 4)) for x, y in dots])
    rendered: bytes = figure.render()
    return _without_ids(rendered)


def _without_ids(svg: bytes) -> bytes:
    """Return the picture without scripts and random ids: the same store, the same file."""
    ElementTree.register_namespace("", SVG)
    ElementTree.register_namespace("xlink", "http://www.w3.org/1999/xlink")
    root = ElementTree.fromstring(svg)
    for parent in [*root.iter()]:
        for script in parent.findall(f"{{{SVG}}}script"):
            parent.remove(script)
    own = root.get("id", "").removeprefix("chart-")
    text = ElementTree.tostring(root, encoding="unicode")
    return (text.replace(own, "memcli") if own else text).encode()
