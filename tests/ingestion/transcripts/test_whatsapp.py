"""Chats of WhatsApp in the locales of their users."""

from __future__ import annotations

from datetime import datetime

import pytest

from memcli.ingestion.transcripts.whatsapp import is_whatsapp, read_whatsapp
from tests.support.whatsapp_chats import LANGUAGES, require_each_turn

# The 13th of January 2026, seven minutes past nine in the evening, as phones write it.
LOCALES = {
    "en-GB": "13/01/2026, 21:07 - ",
    "en-US": "1/13/26, 9:07\u202fPM - ",
    "en-US iOS": "[1/13/26, 9:07:00\u202fPM] ",
    "de": "13.01.26, 21:07 - ",
    "de iOS": "\u200e[13.01.26, 21:07:00] ",
    "es": "13/1/26 21:07 - ",
    "es-MX": "13/1/2026, 9:07\u00a0p.\u00a0m. - ",
    "fr": "13/01/2026 \u00e0 21:07 - ",
    "pt-BR": "13/01/2026 \u00e0s 21:07 - ",
    "it": "13/01/26, 21:07 - ",
    "nl iOS": "[13-01-2026 21:07:00] ",
    "fi": "13.1.2026 klo 21.07 - ",
    "da": "13.01.2026 kl. 21.07 - ",
    "cs": "13. 1. 2026 21:07 - ",
    "hu": "2026. 01. 13. 21:07 - ",
    "sv": "2026-01-13 21:07 - ",
    "tr": "13.01.2026 \u00d6S 9:07 - ",
    "zh": "2026/1/13 \u4e0b\u53489:07 - ",
    "ko": "2026. 1. 13. \uc624\ud6c4 9:07 - ",
    "ja": "2026/01/13 21:07 - ",
    "ar": "\u0661\u0663\u200f/\u0661\u200f/\u0662\u0660\u0662\u0666\u060c "
    "\u0669:\u0660\u0667 \u0645 - ",
}


@pytest.mark.parametrize("locale", LOCALES)
def test_each_locale_has_the_same_times_and_speakers(read_with, locale):
    head = LOCALES[locale]
    chat = f"{head}Ida: The boat is blue\nand leaks\n{head}Ben \U0001f6a4: We sail: on Friday\n"
    assert is_whatsapp(chat.encode())
    assert read_with(read_whatsapp, chat, "Ida.txt").turns("timestamp", "name", "content") == [
        ("2026-01-13T21:07:00Z", "Ida", "The boat is blue\nand leaks"),
        ("2026-01-13T21:07:00Z", "Ben \U0001f6a4", "We sail: on Friday"),
    ]


@pytest.mark.parametrize(
    ("clock", "time"),
    [
        ("12:05 a. m.", "00:05"),
        ("12:05 p. m.", "12:05"),
        ("1:05 p.m.", "13:05"),
        ("9:05 AM", "09:05"),
    ],
)
def test_halves_of_the_day(read_with, clock, time):
    found = read_with(read_whatsapp, f"13/1/2026, {clock} - Ida: Ahoy\n")
    assert found.turns("timestamp") == [(f"2026-01-13T{time}:00Z",)]


def test_the_order_of_days_is_that_in_which_time_goes_on(read_with):
    chat = "".join(f"{date}/26, 10:00 - Ida: {date}\n" for date in ("1/2", "1/9", "2/3", "2/11"))
    found = read_with(read_whatsapp, chat)
    assert [time[:10] for (time,) in found.turns("timestamp")] == [
        "2026-01-02", "2026-01-09", "2026-02-03", "2026-02-11",
    ]  # fmt: skip


def test_a_year_of_two_digits_may_come_first(read_with):
    chat = "".join(f"[{date} 10:00] Ida: Ahoy\n" for date in ("24-01-30", "24-02-01", "24-02-09"))
    assert [time[:10] for (time,) in read_with(read_whatsapp, chat).turns("timestamp")] == [
        "2024-01-30", "2024-02-01", "2024-02-09",
    ]  # fmt: skip


@pytest.mark.parametrize(
    "line",
    [
        "Messages and calls are end-to-end encrypted. Tap to learn more.",
        "Ida changed the subject to: Boat",
        "Ida: <Media omitted>",
        "Ida: imagen omitida",
        "Ida: This message was deleted",
        "Ida: Se eliminó este mensaje.",
        "Ida: null",
    ],
)
def test_what_the_program_says_and_pictures_are_left_out(read_with, line):
    head = "13/01/2026, 21:07 - "
    found = read_with(read_whatsapp, f"{head}{line}\n{head}Ben: Ahoy\n")
    assert found.turns("content") == [("Ahoy",)]
    assert sum(found.left_out.values()) == 1


@pytest.mark.parametrize(
    "head", ["[13.01.26, 21:07:00] ", "\u200e[2026/1/13 \u4e0b\u53489:07:00] "]
)
def test_on_iphones_a_mark_tells_what_the_program_says_in_any_language(read_with, head):
    """Irish is none of the languages whose words are known."""
    lines = [
        "Boat: \u200eTá teachtaireachtaí criptithe.",
        "Ida: \u200eíomhá fágtha ar lár",
        "Ida: \u200eVÓTA:\nCén lá?\n\u200eROGHA: Aoine (2)",
        "Ben \U0001f6a4: We sail: on Friday \u200e<Cuireadh in eagar>",
        "Ida: \u200eSuíomh: https://maps.example/?q=53,-9",
        "Ben \U0001f6a4: \u200e<ceangaltán\uff1a12-PHOTO.jpg>",
        "Ida: the mark \u200eis not in front",
    ]
    found = read_with(read_whatsapp, "".join(f"{head}{line}\n" for line in lines))
    assert found.turns("name", "content", "attachments") == [
        ("Ida", "VÓTA:\nCén lá?\nROGHA: Aoine (2)", None),
        ("Ben \U0001f6a4", "We sail: on Friday", None),
        ("Ida", "Suíomh: https://maps.example/?q=53,-9", None),
        ("Ben \U0001f6a4", "", ["12-PHOTO.jpg"]),
        ("Ida", "the mark is not in front", None),
    ]
    assert found.left_out == {"service lines": 2}


def test_words_below_a_picture_and_before_the_mark_of_an_edit_stay(read_with):
    head = "13/01/2026, 21:07 - "
    chat = f"{head}Ida: IMG-1.jpg (file attached)\nThe oar\n"
    chat += f"{head}~ Ben: Nice <This message was edited>\n"
    found = read_with(read_whatsapp, chat)
    assert found.turns("name", "content") == [("Ida", "The oar"), ("Ben", "Nice")]


@pytest.mark.parametrize(
    ("said", "words", "file"),
    [
        ("IMG-20260113-WA0001.jpg (file attached)\nThe oar", "The oar", "IMG-20260113-WA0001.jpg"),
        ("IMG-1.jpg (archivo adjunto)", "", "IMG-1.jpg"),
        ("\u200eIMG-1.jpg (Datei angeh\u00e4ngt)", "", "IMG-1.jpg"),
        ("IMG-1.jpg (fichier joint)", "", "IMG-1.jpg"),
        ("IMG-1.jpg (arquivo anexado)", "", "IMG-1.jpg"),
        ("plan 2 (new).pdf (file allegato)", "", "plan 2 (new).pdf"),
        ("IMG-1.jpg (файл добавлен)", "", "IMG-1.jpg"),
        ("IMG-1.jpg (文件附件)", "", "IMG-1.jpg"),
        ("\u200e<attached: 00000012-PHOTO.jpg>", "", "00000012-PHOTO.jpg"),
        ("The oar \u200e<Anhang: 00000012-PHOTO.jpg>", "The oar", "00000012-PHOTO.jpg"),
        ("The oar\n\u200e<pi\u00e8ce jointe : 12-PHOTO.jpg>", "The oar", "12-PHOTO.jpg"),
        ("plan.pdf \u2022 \u200e3 pages \u200e<adjunto: 12-plan.pdf>", "", "12-plan.pdf"),
        ("<ceangaltan: 12-PHOTO.jpg>", "", "12-PHOTO.jpg"),
        ("see it there (file attached)", "see it there (file attached)", None),
        ("write <name: text> then", "write <name: text> then", None),
    ],
)  # fmt: skip
def test_files_that_are_named_are_attachments(read_with, said, words, file):
    found = read_with(read_whatsapp, f"13/01/2026, 21:07 - Ida: {said}\n")
    assert found.turns("content", "attachments") == [(words, [file] if file else None)]
    assert not found.left_out


def test_the_same_said_twice_in_a_minute_is_two_turns(read_with):
    line = "13/01/2026, 21:07 - Ida: Ahoy\n"
    extras = [item.record.extra for item in read_with(read_whatsapp, line * 2).raw]
    assert extras == [None, {"occurrence": 2}]


@pytest.mark.parametrize(
    "text",
    ["2026-01-13 21:07 - rained all day\n2026-01-14 09:00 - sun\n", "Ida: Ahoy\nBen: Hi\n", ""],
)
def test_a_diary_and_other_transcripts_are_none(text):
    assert not is_whatsapp(text.encode())


@pytest.mark.parametrize("order", ["%y-%d-%m", "%Y/%d/%m", "%y.%m.%d", "%d/%m/%y", "%m/%d/%Y"])
def test_any_order_of_numbers_is_found_in_the_dates_of_a_chat(read_with, order):
    days = [datetime(2026, 3, day, 9, 14) for day in range(2, 29, 3)]
    chat = "".join(f"{day.strftime(order)}, 09:14 - Ida: {day:%d}\n" for day in days)
    found = read_with(read_whatsapp, chat).turns("timestamp", "content")
    assert found == [(f"2026-03-{day:%d}T09:14:00Z", f"{day:%d}") for day in days]


def test_the_first_days_of_a_month_are_dated_by_those_after_it(read_with):
    """So much is said on the first eleven days that the first part of the chat has no other."""
    words = "the oar " * 1_000
    days = [*(f"1/{day}/26" for day in range(1, 12)), "1/13/26"]
    chat = "".join(f"{day}, 09:14 - Ida: {words}\n" for day in days)
    found = read_with(read_whatsapp, chat).turns("timestamp")
    assert [time[:10] for (time,) in found[:3]] == ["2026-01-01", "2026-01-02", "2026-01-03"]


@pytest.mark.parametrize("name", LANGUAGES)
def test_some_weeks_in_each_language_are_read_to_the_last_turn(name):
    assert require_each_turn(name, days=20) > 40
