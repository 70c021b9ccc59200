"""What is near a new statement."""

from datetime import UTC, datetime

import numpy as np
import pyarrow as pa
import pytest

from memcli.consolidation.similar import MAX_IN, SimilarMemories

NOW = datetime(2025, 3, 1, tzinfo=UTC)
# Thirty cosines of which the first stands apart from the rest.
COSINES = np.array([[0.95, *np.linspace(0.5, 0.41, 29)]])


class Links:
    """A snapshot that has only links, all to one statement."""

    def __init__(self, relations):
        self.relations = relations

    def read_ids(self, table, ids, columns, on):
        assert (table, on) == ("links", "target_id")
        targets = ["old"] * len(self.relations) if "old" in ids else []
        return pa.table({"target_id": targets, "relation": self.relations[: len(targets)]})


def around(relations):
    made = SimilarMemories(Links(relations), "default", [], NOW)
    made.new = [{"id": "new"}]
    made._ids = [["old", *(f"far-{i}" for i in range(29))]]
    made._cosines = COSINES
    return made


@pytest.mark.parametrize(
    ("relations", "is_linked"),
    [
        ([], True),
        (["similar"] * (MAX_IN - 1), True),
        (["similar"] * MAX_IN, False),
        (["mentions"] * 50, True),
    ],
)
def test_a_statement_that_many_are_similar_to_gets_no_more_links(relations, is_linked):
    targets = [link["target_id"] for link in around(relations).similar()]
    assert ("old" in targets) is is_linked
