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
