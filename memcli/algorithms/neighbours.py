"""
Neighbours of hits: what stands beside a hit is no answer for that, and does not lead with it.

Contiguity (contiguity.py) says that an answer is near what was found. It lifts all that stands
there alike, so that the first hit would be followed by the turns around it, which are shown with it
anyway. Those that have little more to say for themselves come behind the first few answers; one
that answers a question is an answer.
"""

from typing import Final

import numpy as np

from memcli.algorithms.evidence import Candidates
from memcli.algorithms.ranking import Ranking

# How many of the first hits are answers, and how far from one its neighbours stand.
N_ANSWERS: Final = 4
REACH: Final = 2
# What has less than this part of the score of a neighbour does not come before it.
COMPARABLE: Final = 0.5
_AROUND: Final = ("contiguity", "session")


def neighbours_behind(ranking: Ranking, candidates: Candidates) -> Ranking:
    """
    Return the ranking with mere neighbours of the first hits behind the first N_ANSWERS.

    A mere neighbour has more of its score from contiguity than from its own evidence, stands at
    most REACH places from a hit above it and answers no question. Its score becomes that of the hit
    that it comes behind, which is at least COMPARABLE to it. Rows of one place, a turn and what was
    made of it, count as one hit.
    """
    mere = _leans_on_neighbours(ranking, candidates)
    first: list[tuple[int, int]] = []
    kept: list[int] = []
    behind: list[int] = []
    for at in ranking.order.tolist():
        place = int(candidates.session[at]), int(candidates.seq[at])
        if mere[at] and _is_beside(place, first):
            behind.append(at)
            continue
        if place[0] < 0 or place not in first:
            weaker = behind and ranking.scores[at] < COMPARABLE * ranking.scores[behind[0]]
            if len(first) == N_ANSWERS or weaker:
                break
            first.append(place)
        kept.append(at)
    return _moved(ranking, kept, behind) if behind else ranking


def _leans_on_neighbours(ranking: Ranking, candidates: Candidates) -> np.ndarray:
    """Return whether contiguity says more for each row than the row itself, bool [n]."""
    none = np.zeros(len(ranking.scores))
    beside = ranking.shares.get("contiguity", none)
    own = ranking.scores - sum(ranking.shares.get(name, none) for name in _AROUND)
    mere: np.ndarray = beside > own
    return mere if candidates.answers is None else mere & ~candidates.answers


def _is_beside(place: tuple[int, int], hits: list[tuple[int, int]]) -> bool:
    """Say whether a place is near another one in its session; its own is none."""
    session, seq = place
    return session >= 0 and any(
        session == other and 0 < abs(seq - there) <= REACH for other, there in hits
    )


def _moved(ranking: Ranking, kept: list[int], behind: list[int]) -> Ranking:
    """Return the ranking with some rows behind the last of those that are kept in front."""
    limit = float(ranking.scores[kept[-1]])
    factor = np.ones(len(ranking.scores))
    before = ranking.scores[behind]
    factor[behind] = np.where(before > limit, limit / np.where(before > 0.0, before, 1.0), 1.0)
    moved = {*kept, *behind}
    rest = [at for at in ranking.order.tolist() if at not in moved]
    shares = {name: part * factor for name, part in ranking.shares.items()}
    return Ranking(np.array([*kept, *behind, *rest], np.int64), ranking.scores * factor, shares)
