from dataclasses import replace

import pytest

from memcli.search.weights import fitted_weights


@pytest.mark.parametrize(
    "wrong", [{"dense": -0.1}, {"window": -1}, {"session_turns": 0}, {"superseded": 1.5}]
)
def test_weights_that_would_break_the_bounds_are_refused(wrong):
    with pytest.raises(ValueError, match="out of range"):
        replace(fitted_weights(), **wrong)
