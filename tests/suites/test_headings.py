"""The suite of documents whose lines say only "it"."""

from __future__ import annotations

from memcli.suites.headings import headings


def test_a_line_has_its_value_and_only_a_heading_its_thing():
    suite = headings(1, 200)
    text = "\n".join(suite.rounds[0].documents.values())
    for case in suite.cases:
        assert text.count(case.wanted) == 1
        before = text[: text.index(case.wanted)]
        thing = before.rpartition("## ")[2].partition("\n")[0].split()[-1]
        assert thing in case.question
