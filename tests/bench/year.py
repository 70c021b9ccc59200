"""
A year of conversations told day by day to two stores: one that forgets, and one that does not.

Every evening the turns of a day are ingested, and at midnight `consolidate` runs, on days when
nothing was said too. At the end the judged questions are asked, by `memcli eval`. Nobody recalls
anything in between: what is kept is kept for what it is, not because a question was met before.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import chain, groupby
from multiprocessing import get_context
from pathlib import Path
from typing import Any, NamedTuple

from bench_support import memcli

from memcli.config import read_config
from memcli.consolidation.nightly import STEPS, NightlyRun, consolidate
from memcli.ingestion.step import IngestStep
from memcli.ingestion.transcripts import Accepted, read_source
from memcli.ingestion.turns import Defaults
from memcli.models.encoder import Encoder
from memcli.retention.svg import Axis, Series, even_axis, figure
from store import Store

FORGETTING = tuple(STEPS)
KEEPING = tuple(step for step in STEPS if step not in ("promote", "decay"))
WEEK_NIGHTS = 7
DAY = timedelta(days=1)
LEVELS = "SELECT level, count(*) AS rows FROM memories GROUP BY level ORDER BY level"


class Night(NamedTuple):
    """What a store held after a night: memories, and those in the archive."""

    day: date
    hot: int
    archived: int


@dataclass(frozen=True)
class Outcome:
    """
    What a year came to.

    recall, turns: the row of `memcli eval` over all questions, by default and with --level 0;
    levels: memories by level; table_bytes: the table `memories` after compact, one version of it.
    """

    nights: list[Night]
    recall: dict[str, float]
    turns: dict[str, float]
    levels: dict[int, int]
    archived: int
    table_bytes: int

    @property
    def hot(self) -> int:
        """How many memories a search looks through."""
        return sum(self.levels.values())


def _be_quiet(night: Night) -> None:
    """Show nothing."""


def days_of(messages: Path) -> list[tuple[date, list[Accepted]]]:
    """Return the messages of each day, in the order of time; those of one moment as in the file."""
    items = [item for item in read_source(str(messages)) if isinstance(item, Accepted)]
    items.sort(key=_moment)
    return [(day, list(some)) for day, some in groupby(items, key=lambda i: _moment(i).date())]


def _moment(item: Accepted) -> datetime:
    return item.record.timestamp.astimezone(UTC)


def live(
    path: Path,
    days: Sequence[tuple[date, list[Accepted]]],
    steps: Sequence[str],
    compact_every: int = WEEK_NIGHTS,
    progress: Callable[[Night], None] = _be_quiet,
) -> list[Night]:
    """
    Tell a new store what was said day by day, with a night after each; return the nights.

    compact is done every so many nights and after the last one: it changes no memory.
    """
    memcli("init", "--store", path)
    store, said = Store.open(path), dict(days)
    encoder = Encoder.of_stamp(store.head().encoder)
    nights, (first, last) = [], (days[0][0], days[-1][0])
    for number in range((last - first).days + 1):
        day = first + number * DAY
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC) + DAY
        if day in said:
            tell(store, encoder, said[day], midnight - timedelta(seconds=1))
        rests = (number + 1) % compact_every and day != last
        tonight = [step for step in steps if step != "compact" or not rests]
        run = NightlyRun(store, encoder, read_config(store.layout.config), midnight)
        consolidate(run, tonight, lambda step: None)
        snapshot = store.snapshot()
        nights.append(Night(day, snapshot.count("memories"), snapshot.count("archive")))
        progress(nights[-1])
    return nights


def tell(store: Store, encoder: Encoder, items: Sequence[Accepted], evening: datetime) -> None:
    """Ingest messages in the evening."""
    ingestion = IngestStep(
        store, encoder, Defaults(None, None, None, None, evening, lambda _: None)
    )
    ingestion.add(items)
    ingestion.commit({"by": "year"})


def spend_years(
    data: Path, folder: Path, compact_every: int = WEEK_NIGHTS, show: bool = False
) -> tuple[Outcome, Outcome]:
    """
    Live through the messages of a data set with decay and without, and ask the questions then.

    The stores are `forgetting` and `keeping` in a folder; with `show`, stderr says how far they
    are. Both are lived in at the same time, but asked one after the other: that is timed.
    """
    days = days_of(data / "messages.jsonl")
    plans = {"forgetting": FORGETTING, "keeping": KEEPING}
    # Lance does not survive a fork.
    with ProcessPoolExecutor(len(plans), mp_context=get_context("spawn")) as pool:
        lives = [
            pool.submit(live, folder / name, days, steps, compact_every, _progress(name, show))
            for name, steps in plans.items()
        ]
        lived = [life.result() for life in lives]
    forgetting, keeping = (
        judge(data, folder / name, nights) for name, nights in zip(plans, lived, strict=True)
    )
    return forgetting, keeping


def judge(data: Path, path: Path, nights: list[Night]) -> Outcome:
    """Compact a store and ask it the questions of a data set."""
    memcli("compact", "--keep", 1, "--store", path)
    snapshot = Store.open(path).snapshot()
    files = (path / "tables" / "memories.lance").rglob("*")
    return Outcome(
        nights=nights,
        recall=ask(data, path),
        turns=ask(data, path, "--level", 0),
        levels={row["level"]: row["rows"] for row in snapshot.sql(LEVELS).to_pylist()},
        archived=snapshot.count("archive"),
        table_bytes=sum(file.stat().st_size for file in files if file.is_file()),
    )


def ask(data: Path, path: Path, *options: Any) -> dict[str, float]:
    """Return what `memcli eval` measures over all questions of a data set."""
    judgments = data / "judgments.jsonl"
    lines = memcli("eval", judgments, "-k", "5,10", *options, "--store", path).splitlines()
    rows = [json.loads(line)["counts"] for line in lines]
    return next(row for row in rows if row["category"] == "all")


def figures(name: str, year: Outcome) -> list[str]:
    """Return what a year came to as lines for people."""
    levels = ", ".join(f"{rows:,} of level {level}" for level, rows in year.levels.items())
    return [
        f"{name}: {year.hot:,} memories ({levels}), {year.archived:,} archived, "
        f"{year.table_bytes:,} bytes",
        *(
            f"{name}, {what}: recall@5 {row['recall@5']:.4f} @10 {row['recall@10']:.4f}, "
            f"p50 {row['p50_ms']:.1f} ms"
            for what, row in (("default levels", year.recall), ("--level 0", year.turns))
        ),
    ]


def draw(forgetting: Sequence[Night], keeping: Sequence[Night], path: Path) -> None:
    """Write how two stores grew over a year as SVG: the same nights, the same file."""
    weekly = slice(WEEK_NIGHTS - 1, None, WEEK_NIGHTS)
    weeks, others = forgetting[weekly], keeping[weekly]
    starts = {night.day.month: week for week, night in reversed([*enumerate(weeks)])}
    months = [(week, f"{weeks[week].day:%b}") for week in sorted(starts.values())]
    lines = {
        "hot, without decay": [night.hot for night in others],
        "hot, with decay": [night.hot for night in weeks],
        "archived by decay": [night.archived for night in weeks],
    }
    most = max(chain.from_iterable(lines.values()))
    series = [Series(label, list(enumerate(values)), True) for label, values in lines.items()]
    title = "A year of conversations: what a search looks through"
    across = Axis("", [*months, (max(len(weeks) - 1, 1), "")])
    path.write_bytes(figure(title, across, even_axis("memories", most), series))


def _progress(name: str, show: bool) -> Callable[[Night], None]:
    return partial(_say, name) if show else _be_quiet


def _say(name: str, night: Night) -> None:
    """Show on stderr how far a year is, week by week."""
    if night.day.weekday() == 6:
        line = f"{name}: {night.day}: {night.hot:,} memories, {night.archived:,} archived"
        print(line, file=sys.stderr, flush=True)


def main() -> None:
    """Live a year twice, print what it came to, and draw it."""
    parser = argparse.ArgumentParser(description=__doc__.strip().splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="messages.jsonl, judgments.jsonl")
    parser.add_argument("--out", type=Path, required=True, help="the plot, an SVG file")
    parser.add_argument("--stores", type=Path, help="keep the stores in this folder")
    parser.add_argument("--compact-every", type=int, default=WEEK_NIGHTS, metavar="NIGHTS")
    given = parser.parse_args()
    started = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        stores = given.stores or Path(folder)
        forgetting, keeping = spend_years(given.data, stores, given.compact_every, show=True)
    draw(forgetting.nights, keeping.nights, given.out)
    print(*figures("with decay", forgetting), *figures("without decay", keeping), sep="\n")
    print(f"in {time.perf_counter() - started:.0f} s")


if __name__ == "__main__":
    main()
