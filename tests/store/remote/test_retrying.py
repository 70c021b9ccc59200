"""How often an outpaced writer tries again."""

import time

from store.remote.retrying import FIRST_PAUSE_S, pauses


def test_there_is_always_a_first_try_and_no_second_where_nobody_waits():
    first = next(pauses(0.0))
    assert not first()


def test_it_is_tried_again_until_the_time_is_over():
    begun, tries = time.monotonic(), 0
    for pause in pauses(lambda: 5 * FIRST_PAUSE_S):
        tries += 1
        if not pause():
            break
    assert tries > 1
    assert time.monotonic() - begun < 6 * FIRST_PAUSE_S


def test_how_long_is_asked_only_when_it_is_needed():
    asked = []
    tries = pauses(lambda: asked.append(1) or 1.0)
    pause = next(tries)
    assert not asked
    pause()
    assert next(tries)()
    assert asked == [1]
