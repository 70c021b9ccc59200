from dataclasses import replace

import numpy as np
import pytest

from tests.support.candidate_rows import candidates, message_of, rank_candidates


def test_a_message_raises_sessions_of_its_topic_and_what_is_recent():
    rows = candidates(3, lexical=[9.0, 1.0, 1.0])
    like = message_of([0, 1, 2], [[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
    assert rank_candidates(replace(rows, heard=like)).order.tolist() == [0, 2, 1]
    same = [[1.0, 0.0]] * 3
    recent = rank_candidates(replace(rows, heard=message_of([0, 1, 2], same, age=[90, 90, 1])))
    assert recent.order[0] == 2 or recent.order.tolist() == [0, 2, 1]
    assert set(recent.shares) > {"project", "topic", "recency", "kin"}
    assert sum(recent.shares.values()) == pytest.approx(recent.scores)
    assert (recent.scores <= 1).all()


def test_sessions_alike_lend_one_another_but_not_records():
    rows = candidates(3, lexical=[9.0, 1.0, 1.0])
    alike = message_of([0, 1, 2], [[1.0, 0.0], [0.0, 1.0], [1.0, 0.0]])
    kin = rank_candidates(replace(rows, heard=alike)).shares["kin"]
    assert kin[2] > kin[1]
    noted = replace(rows, heard=alike, records=np.array([True, True, True]))
    assert not {"project", "kin"} & set(rank_candidates(noted).shares)


def test_nothing_found_for_a_message_raises_nothing():
    rows = candidates(1, lexical=[0.0], cosine=[-0.5])
    heard = message_of([0], [[1.0, 0.0]])
    assert rank_candidates(replace(rows, heard=heard)).scores.tolist() == [0.0]
