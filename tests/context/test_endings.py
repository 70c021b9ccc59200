"""What of a hit holds no longer"""

from __future__ import annotations

from tests.support.fact_lines import fact, statement

TURN = {"level": 0, "type": "episodic", "seq": 0}


def test_a_turn_says_what_of_it_is_over_and_since_when(gathered):
    turn = statement("turn", "I live in Porto and I like the sea.", "Jo", **TURN)
    over = {"valid_to": "2026-05-01T00:00:00Z", "source_ids": ["turn" + "x" * 12]}
    home = fact("home", "residence", "Porto", "Jo", **over)
    link = (
        '{"kind":"link","v":1,"source_id":"homexxxxxxxxxxxx","target_id":"turnxxxxxxxxxxxx",'
        '"relation":"derived_from","weight":1.0,"recorded_at":"2026-01-03T00:00:00Z"}\n'
    )
    found = gathered("the sea", turn, home, link)
    (line,) = [text for section, text in found if section == "relevant"]
    assert "(Porto: until 2026-05-01)" in line
