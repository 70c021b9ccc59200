"""Registry of the suites, by name, and their figures as rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

from memcli.suites.asking import CaseVerdict
from memcli.suites.cases import Suite
from memcli.suites.forgetting import forgetting
from memcli.suites.half_turns import half_turns
from memcli.suites.headings import headings
from memcli.suites.interference import interference
from memcli.suites.orders import orders
from memcli.suites.running import Outcome
from memcli.suites.two_hops import two_hops
from store.errors import BadUsage

# A maker takes a seed and the most cases.
SUITES: Final[dict[str, Callable[[int, int], Suite]]] = {
    "forgetting": forgetting,
    "interference": interference,
    "two-hops": two_hops,
    "headings": headings,
    "half-turns": half_turns,
    "orders": orders,
}


def chosen_suites(names: Sequence[str]) -> list[str]:
    """Names of suites, which may be joined by commas, or `all`; BadUsage for unknown ones."""
    asked = [name for part in names for name in part.split(",")]
    if unknown := [name for name in asked if name not in (*SUITES, "all")]:
        raise BadUsage(f"no suite {unknown[0]!r}", f"one of {', '.join(SUITES)}, all")
    return list(SUITES) if "all" in asked else list(dict.fromkeys(asked))


def outcome_rows(name: str, outcome: Outcome) -> Iterator[dict[str, Any]]:
    """
    Rows of a suite's figures, one for each kind of case and one for all: shares that are right.

    absent: what holds no longer is no hit at all; marked: it says so wherever the context tells it;
    told_before: the share of what was to be forgotten that `query` gave before.
    """
    kinds = list(dict.fromkeys(verdict.case.kind for verdict in outcome.verdicts))
    for kind in [*kinds, "all"] if len(kinds) > 1 else kinds:
        some = [v for v in outcome.verdicts if kind in (v.case.kind, "all")]
        before = [is_told for case, is_told in outcome.before if kind == case.kind]
        row = {"suite": name, "category": kind, "n": len(some), **_shares(some)}
        yield row | ({"told_before": _share(before)} if before else {})


def _shares(verdicts: Sequence[CaseVerdict]) -> dict[str, float]:
    corrected = [v for v in verdicts if v.case.wanted and v.case.unwanted]
    return {
        "query": _share([v.query for v in verdicts]),
        "context": _share([v.context for v in verdicts]),
        "passed": _share([v.passed for v in verdicts]),
        **(_stricter(corrected) if corrected else {}),
    }


def _stricter(corrected: Sequence[CaseVerdict]) -> dict[str, float]:
    """Shares of stricter demands on what has another value now."""
    return {
        "absent": _share([v.is_absent for v in corrected]),
        "marked": _share([v.is_marked for v in corrected]),
    }


def _share(right: Sequence[bool]) -> float:
    return round(sum(right) / len(right), 4)


def failures(outcome: Outcome) -> Iterator[str]:
    """Lines that say of each case that failed what was asked and what is wrong."""
    for verdict in outcome.verdicts:
        if not verdict.passed:
            case = verdict.case
            parts = {"query": verdict.query, "context": verdict.context, "files": verdict.is_gone}
            where = ", ".join(part for part, is_right in parts.items() if not is_right)
            told = ", then ".join(case.in_order) or case.wanted
            wanted = f"wanted {told!r}" if told else "wanted nothing"
            not_ = f", not {', '.join(case.unwanted)}" if case.unwanted else ""
            yield f"{case.kind}: {case.question} {wanted}{not_}; wrong in {where}"
