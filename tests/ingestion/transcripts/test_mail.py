"""Mail, one and many."""

from __future__ import annotations

import pytest

from memcli.ingestion.transcripts.mail import is_mail, read_mail, without_quotes

FIRST = b"""From: Ida Bloom <ida@example.org>
To: Ben <ben@example.org>
Date: Mon, 02 Mar 2026 11:00:00 +0100
Subject: Boat shed
Message-ID: <a1@example.org>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="b1"

--b1
Content-Type: text/plain; charset="iso-8859-1"
Content-Transfer-Encoding: quoted-printable

The caf=E9 is closed.

--b1
Content-Type: image/png; name="roof.png"
Content-Disposition: attachment; filename="roof.png"
Content-Transfer-Encoding: base64

iVBORw0KGgo=
--b1--
"""
REPLY = b"""From: ben@example.org
To: ida@example.org
Date: Mon, 02 Mar 2026 12:00:00 +0000
Subject: Re: Boat shed
Message-ID: <a2@example.org>
In-Reply-To: <a1@example.org>

Too bad.

On Mon, Mar 2, 2026 at 11:00 AM Ida Bloom <ida@example.org> wrote:
> The cafe is closed.

-- 
Ben
"""


def test_a_mail_is_a_turn(read_with):
    assert is_mail(FIRST)
    found = read_with(read_mail, FIRST)
    assert found.turns("name", "content", "id", "session_id", "timestamp", "utc_offset") == [
        ("Ida Bloom", "The caf\u00e9 is closed.", "a1@example.org", "a1@example.org",
         "2026-03-02T10:00:00Z", 60),
    ]  # fmt: skip
    assert found.items[0]["metadata"] == {
        "heading": "Boat shed", "to": "Ben <ben@example.org>", "files": ["roof.png"],
    }  # fmt: skip


def test_a_box_has_many_and_a_thread_is_a_session(read_with):
    box = b"".join(
        b"From x@example.org Mon Mar  2 10:00:00 2026\n" + mail + b"\n" for mail in (FIRST, REPLY)
    )
    assert is_mail(box)
    found = read_with(read_mail, box)
    assert found.turns("name", "content", "session_id") == [
        ("Ida Bloom", "The caf\u00e9 is closed.", "a1@example.org"),
        ("ben@example.org", "Too bad.", "a1@example.org"),
    ]


@pytest.mark.parametrize(
    ("text", "new"),
    [
        ("Yes.\n\nAm 02.03.2026 um 10:00 schrieb Ida:\n> Segeln wir?\n", "Yes."),
        ("> Do we sail?\n\nYes.\n\n> And the roof?\n\nLater.\n--\nBen", "Yes.\n\n\nLater."),
        ("Just this.", "Just this."),
        ("x" * 200_000, "x" * 200_000),
    ],
)
def test_quotes_and_signatures_are_cut(text, new):
    assert without_quotes(text) == new


def test_a_page_is_read_where_there_is_no_plain_text(read_with):
    mail = FIRST.partition(b"MIME-Version")[0]
    page = mail + b"Content-Type: text/html\n\n<p>It <b>leaks</b>.</p><script>x()</script>\n"
    assert read_with(read_mail, page).turns("content") == [("It leaks.",)]


@pytest.mark.parametrize(
    "mail",
    [
        FIRST.replace(b"iso-8859-1", b"no-such-charset"),
        FIRST.replace(b"Mon, 02 Mar 2026 11:00:00 +0100", b"soon"),
        FIRST.replace(b"2026 11:00:00", b"4026 11:00:00"),
        FIRST[:300],
        b"From: x\nTo: y\nSubject: =?utf-8?b?broken\n\nAhoy\n",
    ],
)
def test_broken_mail_is_read_as_far_as_it_goes(read_with, mail):
    assert all(not isinstance(item, str) for item in read_with(read_mail, mail).items)


@pytest.mark.parametrize("text", [b"Date: today\nBuy milk\n", b"Ida: Ahoy\nBen: Hi\nIda: x\n", b""])
def test_other_text_is_none(text):
    assert not is_mail(text)
