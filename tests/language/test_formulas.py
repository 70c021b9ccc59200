"""Formulas in CSV: none is run, and each text comes back."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import example, given
from hypothesis import strategies as st

from memcli.language.formulas import guarded_column, unguarded


@given(st.text(alphabet="'=+-@\t\r a1\n", max_size=6))
@example("=cmd|'/C calc'!A0")
@example("''=1")
def test_no_cell_begins_a_formula_and_each_comes_back(text):
    (guarded,) = guarded_column(pa.array([text])).to_pylist()
    assert guarded[:1] not in tuple("=+-@\t\r")
    assert unguarded(guarded) == text


def test_what_is_absent_and_what_is_plain_stay():
    assert guarded_column(pa.array(["'tis", None, "a=b"])).to_pylist() == ["'tis", None, "a=b"]
    assert unguarded("'tis") == "'tis"
