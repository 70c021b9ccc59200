"""Our own policies hold to the contract of plug-ins."""

from dataclasses import dataclass

import numpy as np
import pytest

from memcli.algorithms.decay import POLICIES, Policy
from memcli.retention.contract import check_policy


@pytest.mark.parametrize("name", POLICIES)
def test_policies_of_ours_hold_to_the_contract(name):
    check_policy(POLICIES[name](), seed=1)


@dataclass(frozen=True)
class Wrong(Policy):
    """What a policy may not do, by name."""

    how: str = ""

    def retention(self, anchors):
        gone = np.exp(-anchors.idle_days / 50)
        return {
            "1": gone[:1],
            "bounds": 2 * gone,
            "rises": 1 - gone,
            "recall": gone * np.exp(-np.bincount(anchors.recalls.owner, minlength=len(gone))),
            "others": gone * 0.5 if len(gone) == 1 else gone,
        }[self.how]


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("1", "one number a memory"),
        ("bounds", r"in \[0, 1\]"),
        ("rises", "never rises"),
        ("recall", "never falls"),
        ("others", "do not influence"),
    ],
)
def test_what_a_policy_may_not_do_is_found(how, says):
    with pytest.raises(AssertionError, match=says):
        check_policy(Wrong(how=how))
