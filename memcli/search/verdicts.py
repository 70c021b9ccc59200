"""Verdicts on the hits of a question: kept with it, and heeded when it is asked again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

import numpy as np

from memcli.algorithms.question_feedback import Given, leanings, moved_by, signature
from memcli.algorithms.ranking import Ranking
from memcli.search.signals import hit_keys
from store.commits import QuestionVerdict

if TYPE_CHECKING:
    from memcli.models.encoder import Encoder
    from memcli.search.found import Found

ByNamespace = dict[str, list[QuestionVerdict]]
# So many are kept of each namespace: a commit has them all.
MOST_KEPT: Final = 100
SECONDS_A_DAY: Final = 86_400.0


def with_verdicts(known: Mapping[str, Sequence[QuestionVerdict]], new: ByNamespace) -> ByNamespace:
    """Return verdicts by namespace with new ones, which replace those on the same hit."""
    together = {space: list(given) for space, given in known.items()}
    for space, given in new.items():
        again = {(verdict.question, verdict.id) for verdict in given}
        old = [v for v in together.get(space, ()) if (v.question, v.id) not in again]
        together[space] = [*old, *given][-MOST_KEPT:]
    return {space: given for space, given in sorted(together.items()) if given}


def verdicts_on(
    judged: Iterable[tuple[str, str, str, bool]], encoder: Encoder, now: datetime
) -> ByNamespace:
    """Return verdicts from (namespace, question, id of the hit, whether it helped)."""
    given = sorted(judged)
    texts = sorted({text for _, text, _, _ in given})
    vectors = encoder.encode(texts) if texts else ()
    signatures = dict(zip(texts, map(signature, vectors), strict=True))
    found: ByNamespace = {}
    for space, text, id_, helped in given:
        found.setdefault(space, []).append(QuestionVerdict(signatures[text], id_, helped, now))
    return found


def heeding(
    found: Found,
    verdicts: Mapping[str, Sequence[QuestionVerdict]],
    encoder: Encoder,
    now: datetime,
) -> Found:
    """Return what was found with what verdicts on nearly the same question move, as `feedback`."""
    spaces = set(found.rows["namespace"].to_pylist())
    given = [
        Given(each.question, each.id, each.helped, (now - each.at).total_seconds() / SECONDS_A_DAY)
        for space in spaces
        for each in verdicts.get(space, ())
    ]
    if not given:
        return found
    lean = leanings(given, signature(encoder.encode([found.asked.text])[0]))
    ranking = found.ranking
    leaning = np.array([lean.get(key, 0.0) for key in hit_keys(found.rows)])
    if not leaning.any():
        return found
    added = moved_by(ranking.scores, leaning)
    scores = ranking.scores + added
    place = np.argsort(ranking.order)
    moved = Ranking(np.lexsort((place, -scores)), scores, ranking.shares | {"feedback": added})
    return found._replace(ranking=moved)
