"""What came of a task, in the words of what there is."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from memcli.context.tasks.outcomes import RESULT_WORDS, Evidence, extract_result
from tests.support.task_hand import encoder


def test_a_finished_task_is_replaced_by_its_outcome_which_cites_it(house):
    ids = house.ids
    house.done(ids["bricks"], result="Nine rows stand.")
    snapshot = house.store.snapshot()
    (row,) = snapshot.read("memories", None, f"id = '{ids['bricks']}'").to_pylist()
    assert (row["value"], row["valid_to"]) == ("done", house.now - timedelta(0))
    (outcome,) = snapshot.read("memories", None, f"id = '{row['superseded_by']}'").to_pylist()
    assert outcome["text"] == "Done: Lay the bricks. Nine rows stand."
    assert outcome["source_ids"] == [ids["bricks"]]
    assert (outcome["tags"], outcome["valid_from"]) == (["task", "summary"], row["valid_to"])
    links = snapshot.read("links", None, f"source_id = '{outcome['id']}'").to_pylist()
    assert [(r["relation"], r["target_id"]) for r in links] == [("summarizes", ids["bricks"])]


def test_without_a_summary_the_outcome_is_put_together_from_the_parts(house):
    ids = house.ids
    house.done(ids["bricks"], result="Nine rows stand")
    house.fail(ids["mortar"], result="It froze")
    house.done(ids["walls"])
    outcome = house.tasks().outcomes[ids["walls"]]
    parts = "Lay the bricks. Nine rows stand. Mix the mortar. Failed: It froze"
    assert outcome["text"] == f"Done: Put up the walls. {parts}"
    sources = [house.tasks().outcomes[ids[name]]["id"] for name in ("bricks", "mortar")]
    assert outcome["source_ids"] == [ids["walls"], *sources]
    assert house.sound()


def test_nothing_is_invented_where_there_is_nothing_to_say(hand):
    plain, noted = hand.add("Call Ugo"), hand.add("Call Ida", notes="Her number is new. Ask Juno.")
    hand.done(plain, noted)
    texts = [hand.tasks().outcomes[id_]["text"] for id_ in (plain, noted)]
    told = "Done: Call Ida. Noted: Her number is new. Ask Juno."
    assert texts == ["Done: Call Ugo", told]


@given(
    st.lists(
        st.tuples(st.text(min_size=1, max_size=40), st.sampled_from("abc"), st.floats(0.1, 1)),
        max_size=12,
    )
)
def test_a_result_is_made_of_given_sentences_within_a_number_of_words(drawn):
    evidence = [Evidence(*values) for values in drawn]
    result = extract_result(evidence, encoder)
    given = {word.strip(".") for item in evidence for word in item.text.split()}
    assert {word.strip(".") for word in result.text.split()} <= given
    assert len(result.text.split()) <= RESULT_WORDS + len(evidence)
    assert set(result.source_ids) <= {item.source_id for item in evidence}


def test_what_says_nothing_leaves_no_trace_in_a_result():
    blank, told = Evidence("\r", "a", 1.0), Evidence("Pump mended", "b", 1.0)
    assert extract_result([blank, told], encoder) == extract_result([told], encoder)
    assert extract_result([blank], encoder).text == ""


def test_a_long_story_is_cut_to_its_most_telling_sentences():
    words = ("pear plum fig", "goat cow hen", "oak elm ash", "iron tin lead")
    story = [f"In year {n} they traded {words[n % 4]} for seven days." for n in range(40)]
    result = extract_result([Evidence(text, str(n), 1.0) for n, text in enumerate(story)], encoder)
    assert 20 < len(result.text.split()) <= RESULT_WORDS
    kept = [story[int(source)] for source in result.source_ids]
    assert result.text == " ".join(kept)
