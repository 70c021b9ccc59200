"""Cores: how many there are, and what Lance is told of few."""

import os
import threading
from functools import partial

import pytest

from store.cores import at_once, share_with_lance, usable_cores


def test_a_process_has_a_core():
    assert 1 <= usable_cores() <= (os.cpu_count() or 1)


@pytest.mark.parametrize(("cores", "told"), [(1, None), (2, "2"), (3, "2"), (4, None), (64, None)])
def test_lance_computes_on_two_cores_where_it_would_on_one(cores, told):
    variables = {}
    share_with_lance(variables, cores)
    assert variables.get("LANCE_CPU_THREADS") == told


def test_what_the_user_has_set_stays():
    own = {"LANCE_CPU_THREADS": "1"}
    variables = dict(own)
    share_with_lance(variables, 2)
    assert variables == own


def test_the_first_call_is_made_here_and_the_others_beside_it_in_their_order():
    met = threading.Barrier(2, timeout=10)
    here = threading.get_ident()
    first, *others = at_once([lambda: (met.wait(), threading.get_ident())[1]] * 2)
    assert first == here
    assert here not in others
    assert at_once([lambda: 1, lambda: 2, lambda: 3]) == [1, 2, 3]
    assert at_once([]) == []


@pytest.mark.parametrize("fails", [0, 1])
def test_what_fails_is_raised_when_all_have_ended(fails):
    ended = []

    def call(place):
        if place == fails:
            raise ValueError(place)
        ended.append(place)

    with pytest.raises(ValueError, match=str(fails)):
        at_once([partial(call, 0), partial(call, 1)])
    assert ended == [1 - fails]
