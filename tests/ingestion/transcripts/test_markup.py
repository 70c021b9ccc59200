"""Text of HTML."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from memcli.ingestion.transcripts.markup import text_of_html


@pytest.mark.parametrize(
    ("page", "text"),
    [
        (
            "<div>The roof <b>leaks</b>.</div><div>Badly&nbsp;so.</div>",
            "The roof leaks.\n\nBadly so.",
        ),
        ("<style>p{}</style><p>Ahoy<script>x()</script></p>", "Ahoy"),
        ("a &amp; b<br>c", "a & b\nc"),
        ('<p><img alt="a blue boat" src="x.png"></p>', "a blue boat"),
        ("<pre>a\n  b</pre>", "a\nb"),
        ("plain", "plain"),
        ("<p>unended <i>tag", "unended tag"),
    ],
)
def test_what_a_reader_sees(page, text):
    assert text_of_html(page) == text


@given(st.text(alphabet="<>&/ap\"='!-"))
def test_anything_can_be_read(page):
    assert isinstance(text_of_html(page), str)


def test_pictures_are_numbered_where_somebody_wants_them():
    page = (
        '<p>The <img src="a.png" alt="torn felt"> and <img class="emoji" alt="+1" src="b.svg"></p>'
    )
    pictures = []
    assert text_of_html(page, pictures) == "The \ufffc0\ufffc and +1"
    assert pictures == [{"path": "a.png", "alt": "torn felt"}]
    assert text_of_html(page) == "The torn felt and +1"
