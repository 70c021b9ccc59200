"""Retention plots: the curve of one memory in the terminal, retention over age as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from memcli.algorithms import decay
from memcli.algorithms.decay import Anchors, Recalls
from memcli.jsonl import Row
from memcli.memory.selection import select
from memcli.retention.anchors import Fading, MemoryTable, part, retention, stability_days
from memcli.retention.state_changes import StateChange, weighed_tables
from store.errors import BadUsage, InputNotFound
from store.output_files import new_file

if TYPE_CHECKING:
    from datetime import datetime

    from memcli.retention.decay import DecayStep

WIDTH, HEIGHT = 64, 10
HORIZON_DAYS: Final = 3_650.0
# So many dots show a crowd as well as all of them would.
MAX_DOTS: Final = 500


def explanation(step: DecayStep, name: str, namespace: str | None) -> tuple[Row, str]:
    """
    Return the terms of a memory's retention as a record, and its curve as text.

    InputNotFound when there is no such memory, BadUsage when several are meant.
    """
    records = select(step.snapshot, [name], namespace)
    if len(records) > 1:
        raise BadUsage(f"{name!r} means {len(records)} memories", "give the id of one")
    known, verdict, index = _found(step, records[0]["id"])
    fading = known.fading_of(index)
    anchors = part(known.anchors, np.array([index]))
    terms = _terms(known, verdict, index, anchors, fading)
    return terms, f"{records[0]['text']}\n\n{_drawing(anchors, fading, terms)}"


def _found(step: DecayStep, id_: str) -> tuple[MemoryTable, StateChange, int]:
    """Return the table that has a memory, with what was made of it in mind, and its index there."""
    for known, verdict in weighed_tables(step.snapshot, step.now, step.settings):
        if (index := known.index_of(id_)) >= 0:
            return known, verdict, index
    raise InputNotFound(f"no memory {id_}", "memcli query finds ids")


def _terms(
    known: MemoryTable, verdict: StateChange, index: int, anchors: Anchors, fading: Fading
) -> Row:
    limits = known.settings.thresholds
    in_own_time = decay.in_own_time(anchors, fading.policy)
    values = {
        "id": known.ids_at(np.array([index]))[0],
        "policy": fading.name,
        "age_days": anchors.age_days[0],
        "idle_days": anchors.idle_days[0],
        "pace": anchors.age_days[0] / in_own_time.age_days[0] if in_own_time.age_days[0] else 1.0,
        "recalls": int(known.n_recalls[index]),
        "spaced_recalls": decay.spaced_recalls(in_own_time, fading.policy.spacing_days)[0],
        "stability_days": stability_days(in_own_time, fading)[0],
        "heat": verdict.heat[index],
        "importance": verdict.importance[index],
        "links": int(anchors.links[0]),
        "kept": bool(known.is_kept[index]),
        "retention": verdict.retention[index],
        "state": str(verdict.before[index]),
        "next_state": str(verdict.after[index]),
        "dormant_in_days": days_until(limits.dormant_below, anchors, fading),
        "archive_below_in_days": days_until(limits.archive_below, anchors, fading),
    }
    rounded = {
        name: round(float(value), 4) if isinstance(value, float | np.floating) else value
        for name, value in values.items()
    }
    return {"kind": "row", "v": 1, **{k: v for k, v in rounded.items() if v is not None}}


def days_until(level: float, anchors: Anchors, fading: Fading) -> float | None:
    """Return in how many days of use retention falls below a level; None when never, in effect."""
    low, high = 0.0, HORIZON_DAYS
    if retention_at(anchors, fading, [high])[0] >= level:
        return None
    for _ in range(60):
        middle = (low + high) / 2
        if retention_at(anchors, fading, [middle])[0] < level:
            high = middle
        else:
            low = middle
    return high


def retention_at(anchors: Anchors, fading: Fading, after_days: Sequence[float]) -> np.ndarray:
    """Return the retention of one memory at times relative to now, float [t]; before 0 is past."""
    values = []
    for days in after_days:
        ages = anchors.recalls.age_days + days
        met = ages >= 0
        recalls = Recalls(anchors.recalls.owner[met], ages[met])
        then = anchors._replace(age_days=anchors.age_days + days, recalls=recalls)
        values.append(retention(then, fading)[0])
    return np.array(values)


def _drawing(anchors: Anchors, fading: Fading, terms: Row) -> str:
    """Return the curve and its terms as lines for a terminal."""
    ahead = terms.get("archive_below_in_days") or 30.0
    start, end = -float(anchors.age_days[0]), max(1.0, 1.1 * float(ahead))
    times = np.linspace(start, end, WIDTH)
    rows = chart(retention_at(anchors, fading, times.tolist()), HEIGHT)
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
    Write retention over age as SVG, a dot a memory, a colour a state; return how many there are.

    BadUsage for a path of another kind, StoreIOError when it cannot be written.
    """
    if path.suffix.lower() != ".svg":
        raise BadUsage(f"{path} is not named .svg", "a plot is SVG: name it so")
    ages, left, states = [np.zeros(0)], [np.zeros(0)], [np.zeros(0, object)]
    for known, verdict in weighed_tables(step.snapshot, step.now, step.settings):
        inside = np.flatnonzero((known.namespaces == namespace) | (namespace is None))
        ages.append(known.anchors.age_days[inside])
        left.append(verdict.retention[inside])
        states.append(verdict.after[inside])
    joined = [np.concatenate(each) for each in (ages, left, states)]
    picture = _picture(joined[0], joined[1], joined[2], step.now)
    with new_file(path, force=True) as place:
        place.write_bytes(picture)
    return sum(map(len, states))


def _picture(ages: np.ndarray, left: np.ndarray, states: np.ndarray, now: datetime) -> bytes:
    from memcli.retention.svg import Series, even_axis, figure

    series = []
    for state in ("promoted", "active", "dormant", "archived"):
        mine = np.flatnonzero(states == state)
        sample = mine[:: max(1, len(mine) // MAX_DOTS)]
        dots = list(zip(ages[sample].tolist(), left[sample].tolist(), strict=True))
        series.append(Series(f"{state} ({len(mine):,})", dots))
    across = even_axis("age, in days on which the store was used", ages.max(initial=0.0) or 1.0)
    title = f"{len(ages):,} memories on {now:%Y-%m-%d}"
    return figure(title, across, even_axis("retention", 1.0), series)
