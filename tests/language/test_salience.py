"""What of a quotation's grammar says how much it matters."""

from collections.abc import Callable

from memcli.algorithms.logistic import salience
from memcli.language.quotation import Quotation
from memcli.language.salience import FEATURES, features, weights
from memcli.language.syntax import Parse

Parses = Callable[[str], Parse]


def named(parse: Parse, heard: str = "") -> dict[str, float]:
    """Return the features of a whole sentence that are not 0, by name."""
    values = features(parse, Quotation(0, len(parse.text)), heard=heard)
    return {name: value for name, value in zip(FEATURES, values, strict=True) if value}


def test_features_say_who_when_and_what(parsed: Parses) -> None:
    of_self = named(parsed("I moved to Leiden with my sister last March."))
    assert of_self.keys() >= {"i_subject", "specific", "own_concrete", "kin", "times", "milestone"}
    assert named(parsed("I'll keep that in mind!")).keys() >= {"future", "open_object", "exclaims"}
    assert named(parsed("Oslo has fjords.")).keys() >= {"impersonal", "named_subject"}
    assert named(Parse("")) == {"bias": 1, "fragment": 1, "impersonal": 1}


def test_features_know_what_says_little(parsed: Parses) -> None:
    hollow = named(parsed("My growth is a meaningful journey."))
    assert (hollow["vague"], hollow.get("specific")) == (3, None)
    assert "requested" in named(parsed("I want to see the whole draft."))
    assert "requested" not in named(parsed("I want to paint the shed."))
    assert "decides" in named(parsed("Let's go with the ferry."))
    assert "decides" not in named(parsed("Let's see."))


def test_an_echo_is_of_the_turn_before_and_not_of_oneself(parsed: Parses) -> None:
    heard = "We rode horses along the river."
    assert named(parsed("Horses by a river are lovely."), heard)["echoed"] == 2 / 3
    assert "echoed" not in named(parsed("I ride horses too."), heard)


def test_weights_are_of_known_features_and_rank_the_plain_cases(parsed: Parses) -> None:
    fitted = weights()
    assert len(fitted.features) == len(FEATURES)
    assert len(fitted.vector) == 256
    useful = ["I'm allergic to peanuts.", "We moved to Leiden in March and bought a house."]
    empty = ["I'll keep that in mind!", "I can't wait to see it!"]
    rows = [features(p, Quotation(0, len(p.text))) for p in map(parsed, useful + empty)]
    scores = salience(rows, [], fitted.features, fitted.vector)
    assert min(scores[:2]) > max(scores[2:])
