"""
Ranking of many judged questions at once, compiled, to try weights by the thousand.

The same scores as memcli/algorithms/ranking.py gives, some thirty times as fast: what no weight
that is fitted changes is laid out once (laid_out.py), and loops over it are compiled by Numba (pip
install numba). Left out are documents and restatements, which few of these questions have; figures
that are published are ranked by the search itself.
"""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Sequence
from dataclasses import astuple, fields

import numpy as np
from judged import CUTOFFS, Question
from laid_out import heard_of, order_of, rows_of, words_of
from numba import njit

from memcli.algorithms.weights import Weights

# For these the arrays are laid out anew, see `Table`.
LAID_OUT = ("sharpness", "words", "record_words", "superseded", "dormant", "kin_sharpness")
LENT = ("lent_forward", "lent_backward", "lent_decay", "lent_window", "sharpness")

Values = namedtuple("Values", [field.name for field in fields(Weights)])


class Table:
    """Judged questions laid out for ranking by weights that differ in none of LAID_OUT."""

    def __init__(self, questions: Sequence[Question], weights: Weights) -> None:
        self.questions = questions
        self.fixed = [getattr(weights, name) for name in LAID_OUT]
        self._orders = [order_of(question.candidates) for question in questions]
        self._lent: dict[tuple[float, ...], np.ndarray] = {}
        self.rows = rows_of(questions, self._orders, weights)
        self.words = words_of(questions, self._orders)
        self.heard = heard_of(questions, weights)

    def recalls(self, weights: Weights) -> np.ndarray:
        """Return recall of each question at each of CUTOFFS, [questions, cut-offs]."""
        assert [getattr(weights, name) for name in LAID_OUT] == self.fixed
        values = Values(*astuple(weights))
        return _recalls(self.rows, self.heard, self._interaction(weights), values, CUTOFFS)

    def scores(self, weights: Weights) -> list[np.ndarray]:
        """Return the scores of each question's candidates, in their order."""
        values, found = Values(*astuple(weights)), []
        for i, order in enumerate(self._orders):
            scores = np.empty(len(order))
            scores[order] = _scores(self.rows, self.heard, self._interaction(weights), values, i)
            found.append(scores)
        return found

    def _interaction(self, weights: Weights) -> np.ndarray:
        """Return the signal of words, [N], made once for what turns lend one another."""
        key = tuple(getattr(weights, name) for name in LENT)
        if key not in self._lent:
            self._lent[key] = _interactions(self.rows, self.words, Values(*astuple(weights)))
        return self._lent[key]


@njit(cache=True, nogil=True)
def _recalls(rows, heard, words, w, cuts):
    found = np.zeros((len(rows.relevant), len(cuts)))
    for q in range(len(rows.relevant)):
        scores = _scores(rows, heard, words, w, q)
        best, at = np.full(len(scores), -1.0), np.zeros(len(scores), np.int64)
        for i in range(len(scores)):
            unit = rows.unit[rows.starts[q] + i]
            if scores[i] > best[unit]:
                best[unit], at[unit] = scores[i], i
        for unit in range(rows.wanted[q]):
            same = (best == best[unit]) & (at < at[unit])
            ahead = np.count_nonzero(same | (best > best[unit]))
            for c in range(len(cuts)):
                found[q, c] += (ahead < cuts[c]) / rows.relevant[q]
    return found


@njit(cache=True, nogil=True)
def _interactions(rows, words, w):
    """Return what `evidence.interaction` says of each row, relative."""
    found = np.zeros(len(rows.place), np.float32)
    for q in range(len(rows.relevant)):
        first, end = rows.starts[q], rows.starts[q + 1]
        parts = words.parts[words.of_words[q] : words.of_words[q + 1]]
        if first == end or not len(parts):
            continue
        matches = words.matches[words.of_matches[q] : words.of_matches[q + 1]]
        matches = matches.reshape((end - first, len(parts)))
        lent = _lent(rows, matches, w, first, end)
        best = 0.0
        for i in range(end - first):
            covered = 0.0
            for k in range(len(parts)):
                covered += parts[k] * max(matches[i, k], lent[rows.place[first + i], k]) ** 2
            found[first + i] = covered
            best = max(best, covered)
        if best > 0.0:
            found[first:end] = (found[first:end] / best) ** w.sharpness
    return found


@njit(cache=True)
def _lent(rows, matches, w, first, end):
    """Return what the turns around each place lend it of the words of a question, [places, q]."""
    n_places, n_words = rows.place[end - 1] + 1, matches.shape[1]
    said, lent = np.zeros((n_places, n_words)), np.zeros((n_places, n_words))
    row_of = np.zeros(n_places, np.int64)
    for i in range(end - first):
        p = rows.place[first + i]
        row_of[p] = first + i
        said[p] = np.maximum(said[p], matches[i])
    for p in range(n_places):
        a = row_of[p]
        for after in range(p + 1, min(p + w.lent_window + 1, n_places)):
            b = row_of[after]
            step = rows.seq[b] - rows.seq[a]
            if rows.session[a] < 0 or rows.session[b] != rows.session[a] or step > w.lent_window:
                break
            fading = w.lent_decay ** (step - 1)
            lent[after] = np.maximum(lent[after], w.lent_forward * fading * said[p])
            lent[p] = np.maximum(lent[p], w.lent_backward * fading * said[after])
    return lent


@njit(cache=True)
def _scores(rows, heard, words, w, q):
    """Return the scores of the rows of a question."""
    first, end = rows.starts[q], rows.starts[q + 1]
    if first == end:
        return np.zeros(0)
    own = _own(rows, words, w, q, first, end)
    score = _in_context(rows, own, w, q, first, end)
    score = _formed(rows, score, w, q, first, end)
    if rows.asks_time[q]:
        most = 1.0 + w.time * max(rows.match[first:end].max(), 0.0)
        score *= (1.0 + w.time * rows.match[first:end]) / most
    if rows.latest[q]:
        score *= _order_factor(rows, score, w, q, first)
    if rows.message[q] >= 0:
        score = _in_topic(rows, heard, score, w, q, first, end)
    return _again(rows, score, w, first, end)


@njit(cache=True)
def _own(rows, words, w, q, first, end):
    each = (w.dense, w.lexical, w.speaker, w.statement_lexical, w.segment, w.fact, w.interaction)
    total = 1e-300
    for k in range(7):
        total += each[k] if rows.has[q, k] else 0.0
    own = np.empty(end - first)
    for i in range(end - first):
        said = w.interaction * words[first + i]
        for k in range(6):
            said += each[k] * rows.signals[first + i, k]
        own[i] = said / total * rows.length[first + i]
    return own


@njit(cache=True)
def _in_context(rows, own, w, q, first, end):
    near, session = _beside(rows, own, w, q, first, end)
    steps = sum([w.decay**i for i in range(w.window)])
    most = 1.0 + max((w.forward + w.backward) * steps, w.exchange) + w.session
    score = np.empty(end - first)
    for i in range(end - first):
        less = 1.0 / w.records if rows.records[first + i] else 1.0
        score[i] = own[i] + less * (near[i] + w.session * session[i])
    if rows.timed[q] >= 0:
        most += w.elsewhere * w.records
        if w.elsewhere > 0.0:
            elsewhere = _elsewhere(rows, own, w, q, first, end)
            for i in range(end - first):
                less = w.records if rows.records[first + i] else 1.0
                score[i] += w.elsewhere * less * elsewhere[i]
    return score / most


@njit(cache=True)
def _beside(rows, own, w, q, first, end):
    """Return what each row receives of its neighbours, and of the best of its session."""
    row_of = np.zeros(rows.place[end - 1] + 1, np.int64)
    for i in range(first, end):
        row_of[rows.place[i]] = i
    none = np.zeros(end - first, np.bool_)
    says = rows.assistant[first:end]
    best = _best_of_places(rows, own, none, first, len(row_of))
    user = _best_of_places(rows, own, says, first, len(row_of))
    other = _best_of_places(rows, own, ~says, first, len(row_of))
    around, request, reply = _passed(rows, row_of, best, user, other, w)
    support = _support(rows, best, row_of, w.session_turns)
    received, session = np.zeros(end - first), np.zeros(end - first)
    for i in range(end - first):
        p = rows.place[first + i]
        session[i] = support[p]
        if rows.is_assisted[q] and rows.assisted[first + i]:
            received[i] = request[p] if says[i] else reply[p]
        else:
            received[i] = around[p]
    return received, session


@njit(cache=True)
def _best_of_places(rows, score, without, first, n_places):
    """Return the best score at each place of the rows that are not left out."""
    best = np.zeros(n_places)
    for i in range(len(score)):
        if not without[i]:
            best[rows.place[first + i]] = max(best[rows.place[first + i]], score[i])
    return best


@njit(cache=True)
def _passed(rows, row_of, best, user, other, w):
    """Return what places pass on: to those around, to a reply and to a request."""
    around, request, reply = np.zeros(len(best)), np.zeros(len(best)), np.zeros(len(best))
    for p in range(len(best)):
        a = row_of[p]
        for after in range(p + 1, min(p + w.window + 1, len(best))):
            b = row_of[after]
            step = rows.seq[b] - rows.seq[a]
            if rows.session[a] < 0 or rows.session[b] != rows.session[a] or step > w.window:
                break
            around[after] += w.forward * w.decay ** (step - 1) * best[p]
            around[p] += w.backward * w.decay ** (step - 1) * best[after]
            if step == 1:
                request[after] = w.exchange * user[p]
                reply[p] = w.exchange * other[after]
    return around, request, reply


@njit(cache=True)
def _support(rows, best, row_of, turns):
    """Return the mean of the best turns of the session of each place."""
    support = np.zeros(len(best))
    start = 0
    while start < len(best):
        code = rows.session[row_of[start]]
        stop = start + 1
        while stop < len(best) and rows.session[row_of[stop]] == code:
            stop += 1
        if code >= 0:
            support[start:stop] = np.sort(best[start:stop])[::-1][:turns].sum() / turns
        start = stop
    return support


@njit(cache=True)
def _elsewhere(rows, own, w, q, first, end):
    support = np.zeros(end - first)
    for backwards in (False, True):
        best, second, home, last = 0.0, 0.0, -9, np.nan
        for k in range(rows.timed[q]):
            i = rows.by_time[first + (rows.timed[q] - 1 - k if backwards else k)]
            said = rows.noted[first + i]
            if k:
                fading = np.exp(-abs(said - last) * 24.0 / w.elsewhere_hours)
                best, second = best * fading, second * fading
            last = said
            whose = rows.session[first + i]
            whose = whose if whose >= 0 else -10 - i
            support[i] = max(support[i], second if whose == home else best)
            if whose == home:
                best = max(best, own[i])
            elif own[i] > best:
                best, second, home = own[i], best, whose
            else:
                second = max(second, own[i])
    return support


@njit(cache=True)
def _formed(rows, score, w, q, first, end):
    wanted = score.copy()
    for i in range(end - first):
        to = rows.successor[first + i]
        if to >= 0:
            wanted[to] = max(wanted[to], score[i])
    each = (w.asks, w.answers, w.dated, w.other_role)
    for i in range(end - first):
        factor = rows.kept[first + i]
        for k in range(4):
            if rows.formed[q, k]:
                factor *= (each[k] if rows.forms[first + i, k] else 1.0) / max(each[k], 1.0)
        wanted[i] *= factor
    return wanted


@njit(cache=True)
def _order_factor(rows, score, w, q, first):
    """Return what the place in time of each row leaves of its score, see `order_prior`."""
    place, known = np.full(len(score), 0.5), rows.by_said[first : first + rows.dated[q]]
    best = score[known].max() if len(known) else 0.0
    if best > 0.0:
        mass = (score / best) ** 4.0
        total, until, start = mass[known].sum(), 0.0, 0
        while start < len(known):
            stop = start + 1
            said = rows.said[first + known[start]]
            while stop < len(known) and rows.said[first + known[stop]] == said:
                stop += 1
            at_once = mass[known[start:stop]].sum()
            share = (until + at_once / 2.0) / total
            place[known[start:stop]] = share if rows.latest[q] > 0 else 1.0 - share
            until, start = until + at_once, stop
    return (1.0 + w.latest * place) / max(1.0 + w.latest * place.max(), 1.0)


@njit(cache=True)
def _in_topic(rows, heard, score, w, q, first, end):
    m = rows.message[q]
    size, home = heard.sizes[m], rows.home[first:end]
    alike = heard.alike[heard.starts[m] : heard.starts[m + 1]].reshape((size, size))
    best = score.max()
    if best <= 0.0:
        return score
    told = rows.told[first:end]
    of_projects = not np.isnan(told[0])
    if of_projects:
        score = (score + best * w.project * told) / (1.0 + w.project)
        best = score.max()
    leading = _best_of(score, home, size)
    topic = np.zeros(size)
    for s in np.argsort(-leading, kind="mergesort")[: w.topic_sessions]:
        topic += leading[s] * alike[s]
    topic = np.maximum(topic, 0.0)
    topic /= max(topic.max(), 1e-300) if size else 1.0
    added = np.empty(len(score))
    for i in range(len(score)):
        added[i] = w.recency * np.exp(-rows.age[first + i] / w.recency_days)
        added[i] += w.topic * topic[home[i]] if home[i] >= 0 else 0.0
    score = (score + best * added) / (1.0 + w.topic + w.recency)
    if not of_projects:
        return score
    if w.kin > 0.0 and size > 1:
        kin = heard.kin[heard.starts[m] : heard.starts[m + 1]].reshape((size, size))
        shared = _product(kin, _best_of(score, home, size))
        for i in range(len(score)):
            score[i] += w.kin * shared[home[i]] if home[i] >= 0 else 0.0
    return score / (1.0 + w.kin)


@njit(cache=True, fastmath=True)
def _product(table, values):
    """Return table @ values: that of Numba needs SciPy."""
    found = np.zeros(len(values))
    for i in range(len(values)):
        for j in range(len(values)):
            found[i] += table[i, j] * values[j]
    return found


@njit(cache=True)
def _best_of(score, home, size):
    best = np.zeros(size)
    for i in range(len(score)):
        if home[i] >= 0:
            best[home[i]] = max(best[home[i]], score[i])
    return best


@njit(cache=True)
def _again(rows, score, w, first, end):
    """Return scores less for further turns of a session."""
    if w.session_again <= 0.0:
        return score
    n_places = rows.place[end - 1] + 1
    best = _best_of_places(rows, score, np.zeros(end - first, np.bool_), first, n_places)
    found = score.copy()
    start = 0
    while start < end - first:
        code, stop = rows.session[first + start], start + 1
        while stop < end - first and rows.session[first + stop] == code:
            stop += 1
        if code >= 0:
            low, high = rows.place[first + start], rows.place[first + stop - 1] + 1
            part = (high - low) / n_places
            rank = np.empty(high - low)
            for at, p in enumerate(np.argsort(-best[low:high], kind="mergesort")):
                rank[p] = at
            for i in range(start, stop):
                kept = 1.0 - w.session_again * part * (1.0 - part)
                found[i] *= kept ** rank[rows.place[first + i] - low]
        start = stop
    return found
