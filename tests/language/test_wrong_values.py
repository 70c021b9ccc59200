"""Wrong values in words."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
import pytest

from memcli.language.wrong_values import in_words

Count = Annotated[int, msgspec.Meta(ge=1, le=9)]


class Inner(msgspec.Struct, forbid_unknown_fields=True):
    count: Count = 1
    share: Annotated[float, msgspec.Meta(gt=0)] = 1.0
    flag: bool = False
    name: Annotated[str, msgspec.Meta(min_length=1)] | None = None
    clock: Literal["a", "b"] = "a"


class Outer(msgspec.Struct, forbid_unknown_fields=True):
    inner: Inner = msgspec.field(default_factory=Inner)


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ({"count": 0}, "inner.count has to be a whole number of 1 or more"),
        ({"count": 10}, "inner.count has to be a whole number of 9 or less"),
        ({"count": "x"}, "inner.count has to be a whole number, and is a text"),
        ({"share": 0.0}, "inner.share has to be a number above 0.0"),
        ({"flag": "yes"}, "inner.flag has to be true or false, and is a text"),
        ({"name": ""}, "inner.name has to be a text that is not empty"),
        ({"name": []}, "inner.name has to be a text, and is a list"),
        ({"clock": "moon"}, "inner.clock: invalid enum value 'moon'"),
        ({"colour": 1}, "there is no setting inner.colour"),
    ],
)
def test_what_a_setting_has_to_be_is_said_in_words(table, told):
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.convert({"inner": table}, Outer)
    assert in_words(str(caught.value)) == told


def test_a_table_that_is_none_and_a_setting_that_stands_alone():
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.convert({"inner": 3}, Outer)
    assert in_words(str(caught.value)) == "inner has to be a table, and is a whole number"
    with pytest.raises(msgspec.ValidationError) as caught:
        msgspec.convert({"outer": 3}, Outer)
    assert in_words(str(caught.value)) == "there is no setting outer"
