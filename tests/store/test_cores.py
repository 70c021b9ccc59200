"""Cores: how many there are, and what Lance is told of few."""

import os

import pytest

from store.cores import share_with_lance, usable_cores


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
