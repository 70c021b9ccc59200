"""What is known of the rows that a question brought up, on real stores."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest

from memcli.language.turn_form import asks
from memcli.memory.filters import Filters
from memcli.memory.states import State, set_state
from memcli.models.encoder import Encoder
from memcli.search.retriever import Retriever
from memcli.search.signals import Asked, days_of, hit_keys, read_columns, row_keys, without_repeats
from store import Store

NOW = datetime(2026, 1, 2, tzinfo=UTC)
NO_ROWS = pa.table({"happened_at": pa.array([], pa.timestamp("us", "UTC"))})


@pytest.fixture(scope="module")
def retriever(sample_once):
    snapshot = Store.open(sample_once).snapshot()
    encoder = Encoder.of_stamp(snapshot.encoder)
    return Retriever(snapshot, lambda: encoder)


def texts_of(retriever, found):
    return read_columns(retriever.snapshot, found.rows, ("text",))["text"].to_pylist()


def test_the_signals_of_a_question_are_those_of_its_rows_in_their_order(retriever):
    found = retriever.ranked("When did Mara see the damp?", Filters())
    texts = texts_of(retriever, found)
    signals = found.candidates
    assert len(texts) == len(signals.lexical) == len(signals.matches) == len(signals.said)
    assert signals.asks.tolist() == asks(texts).tolist()
    assert signals.dated is not None
    assert signals.heard is None
    damp = [i for i, text in enumerate(texts) if "damp" in text.lower().replace(".", " ").split()]
    assert damp
    # The words of the question that count are Mara, see and damp.
    assert signals.matches.shape[1] == 3
    assert (signals.matches[damp].max(axis=1) > 0.999).all()
    assert signals.speaker_match.any()


def test_the_turn_after_a_question_of_somebody_else_is_an_answer(retriever):
    found = retriever.ranked("mushrooms in the bathroom", Filters())
    texts = texts_of(retriever, found)
    answer = next(i for i, text in enumerate(texts) if text.startswith("The damp is up"))
    assert found.candidates.answers[answer]


def test_what_only_messages_need_is_read_for_messages_alone(retriever):
    found = retriever.ranked("Hello, I am back. Let us go on with the flat.", Filters())
    heard = found.candidates.heard
    assert heard.vectors.shape == (found.rows.num_rows, 256)
    assert np.linalg.norm(heard.vectors, axis=1) == pytest.approx(1.0, abs=0.01)
    assert heard.age.min() == 0.0
    assert heard.age.max() > 100.0


def test_a_time_in_the_question_is_read_and_what_was_said_then_is_looked_for(retriever):
    day = datetime(2025, 1, 11, tzinfo=UTC)
    found = retriever.ranked("what was said on 11 January 2025?", Filters())
    (interval,) = found.candidates.times
    assert interval[0] == day.timestamp() / 86_400
    then = read_columns(retriever.snapshot, found.rows, ("happened_at",))["happened_at"]
    same_day = [moment for moment in then.to_pylist() if moment.date() == day.date()]
    whole = retriever.snapshot.read(
        "memories",
        ["id"],
        "happened_at >= timestamp '2025-01-11 00:00:00' AND "
        "happened_at < timestamp '2025-01-12 00:00:00'",
    )
    assert len(same_day) == whole.num_rows
    best = found.rows["happened_at"].to_pylist()[found.ranking.order[0]]
    assert best.date() == day.date()
    assert len(set(row_keys(found.rows))) == found.rows.num_rows


def test_the_bounds_of_the_user_stay_around_the_time_asked_for():
    asked = Asked.of("What did we do in May 2023?", None, NO_ROWS)
    near = asked.near(Filters(since=datetime(2023, 5, 20, tzinfo=UTC), name="Ana"))
    assert near.since == datetime(2023, 5, 20, tzinfo=UTC)
    assert near.until > datetime(2023, 6, 1, tzinfo=UTC)
    assert near.name == "Ana"
    assert asked.near(Filters(until=datetime(2023, 5, 2, tzinfo=UTC))).until.day == 2


@pytest.mark.parametrize(
    "text", ["What did we do?", "What did we do before 2022?", "What did we do last week?"]
)
def test_without_a_time_with_both_ends_nothing_more_is_looked_for(text):
    assert Asked.of(text, None, NO_ROWS).near(Filters()) is None


def test_last_week_is_counted_from_the_time_of_the_question():
    near = Asked.of("What did we do last week?", NOW, NO_ROWS).near(Filters())
    assert NOW - timedelta(days=30) < near.since < near.until < NOW + timedelta(days=8)


def test_columns_of_rows_of_several_tables_come_in_the_order_of_the_rows(retriever, sample, run):
    store = Store.open(sample)
    ids = store.snapshot().read("memories", ["id"], "level = 0")["id"].to_pylist()
    with store.transaction("test") as transaction:
        set_state(transaction, ids[:5], State.archived, NOW)
        transaction.publish(NOW)
    snapshot = store.snapshot()
    encoder = Encoder.of_stamp(snapshot.encoder)
    rows = Retriever(snapshot, lambda: encoder).ranked("the flat", Filters(), True).rows
    mixed = rows.take(pa.array(np.random.default_rng(0).permutation(rows.num_rows)))
    assert set(mixed["table"].to_pylist()) == {"memories", "archive"}
    read = read_columns(snapshot, mixed, ("speaker", "seq"))
    assert read["speaker"].to_pylist() == mixed["speaker"].to_pylist()
    assert read["seq"].to_pylist() == mixed["seq"].to_pylist()


def test_repeated_rows_are_left_out_and_the_first_of_them_stays():
    rows = pa.table({"table": ["a", "b", "a"], "_rowid": [1, 1, 1], "n": [1, 2, 3]})
    assert without_repeats(rows)["n"].to_pylist() == [1, 2]
    assert without_repeats(rows.slice(0, 0)).num_rows == 0


def test_an_unknown_time_is_not_a_number():
    moments = pa.array([datetime(1970, 1, 3, tzinfo=UTC), None], pa.timestamp("us", "UTC"))
    found = days_of(pa.table({"happened_at": moments}))
    assert found[0] == 2.0
    assert np.isnan(found[1])


def test_words_are_said_where_a_text_has_them_or_nearly_so(retriever):
    says = retriever.signals.says(["We went by boat.", ""], ["boat", "went", "tractor"])
    assert says.tolist() == [[True, True, False], [False, False, False]]
    assert retriever.signals.says(["A boat."], []).shape == (1, 0)


def test_a_statement_of_one_turn_is_known_by_that():
    rows = pa.table(
        {"id": ["t", "s", "m"], "level": [0, 1, 1], "source_ids": [None, ["t"], ["t", "u"]]}
    )
    assert hit_keys(rows) == ["t", "t", "m"]


def test_a_paragraph_is_named_by_its_title_and_stands_with_its_section(run, empty_store, tmp_path):
    text = "# Oats\n\n## Water\n\nTwice a month.\n\nNot at noon.\n\n## Soil\n\nLoose and dark.\n"
    (tmp_path / "oats.md").write_text(text)
    run("ingest", tmp_path / "oats.md", "--store", empty_store)
    snapshot = Store.open(empty_store).snapshot()
    encoder = Encoder.of_stamp(snapshot.encoder)
    found = Retriever(snapshot, lambda: encoder).ranked("when do oats get water", Filters())
    at = {text: n for n, text in enumerate(found.rows["text"].to_pylist())}
    signals = found.candidates
    assert signals.speaker_match.tolist() == [1.0, 1.0, 1.0]
    assert signals.words.min() >= 40
    assert signals.session[at["Twice a month."]] == signals.session[at["Not at noon."]]
    assert signals.session[at["Twice a month."]] != signals.session[at["Loose and dark."]]
