"""Two tables: each text is encoded by that of its language."""

import numpy as np
import pytest

from memcli.models.two_tables import TwoTables
from store.errors import EncoderUnavailable

TEXTS = ["We moored at noon.", "Мы пришвартовали лодку.", "", "我们在公园看见一只风筝", "ok"]


class Toy:
    """A table whose vectors say which one made them."""

    def __init__(self, mark, dimension=2):
        self.name, self.mark, self.dimension = f"toy {mark}", mark, dimension
        self.met, self.calls = [], []

    def encode(self, texts, progress=None):
        self.met += texts
        if progress:
            progress(len(texts))
        return np.full((len(texts), self.dimension), self.mark, np.float32)

    def count_tokens(self, texts):
        return [self.mark * 100 + len(text) for text in texts]

    def load_whole(self):
        self.calls.append("load")

    def end_session(self):
        self.calls.append("end")


@pytest.fixture
def both():
    english, others = Toy(1), Toy(2)
    return english, others, TwoTables(english, lambda: others)


def test_a_text_is_encoded_by_the_table_of_its_language(both):
    english, others, tables = both
    done = []
    vectors = tables.encode(TEXTS, done.append)
    assert vectors[:, 0].tolist() == [1, 2, 1, 2, 1]
    assert (english.met, others.met) == ([TEXTS[i] for i in (0, 2, 4)], [TEXTS[1], TEXTS[3]])
    assert sum(done) == len(TEXTS)


def test_tokens_are_counted_by_the_table_of_the_language(both):
    counts = both[2].count_tokens(TEXTS)
    assert counts == [(2 if i in (1, 3) else 1) * 100 + len(t) for i, t in enumerate(TEXTS)]


def test_the_table_of_other_languages_is_loaded_when_one_is_met(both):
    english, others, tables = both
    tables.load_whole()
    tables.encode(TEXTS[:1])
    tables.end_sessions()
    assert ("others" in vars(tables), english.calls, others.calls) == (False, ["load", "end"], [])
    tables.encode(TEXTS)
    tables.end_sessions()
    assert (vars(tables)["others"], others.calls) == (others, ["end"])


def test_no_texts_give_no_vectors(both):
    assert both[2].encode([]).shape == (0, 2)


def test_tables_of_other_dimensions_do_not_go_together():
    with pytest.raises(EncoderUnavailable, match="3 dimensions, toy 1 has 2"):
        TwoTables(Toy(1), lambda: Toy(2, dimension=3)).encode(TEXTS)
