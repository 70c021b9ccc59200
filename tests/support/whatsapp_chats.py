"""
Chats of WhatsApp in each of the languages of its users, with the turns that are in them.

Each has pictures, files, polls, deleted and edited messages, messages of several lines and what
the program says itself.
"""

from __future__ import annotations

import io
import random
from datetime import datetime, timedelta
from typing import NamedTuple

from memcli.ingestion.transcripts import Accepted, Source
from memcli.ingestion.transcripts.whatsapp import is_whatsapp, read_whatsapp

MARK = "\u200e"
NAMES = ("Ida", "Jonas Wit", "+49 170 1234567", "Ana \U0001f6a4")
WORDS = "Boot roof \u5c4b\u6839 felt nail Friday: see caf\u00e9 10:30 - no <3 https://a.b/c".split()
ARABIC = {48 + digit: 0x660 + digit for digit in range(10)}


class Words(NamedTuple):
    """What the program writes in one language; {h} {p} of a time are a clock of twelve hours."""

    time: str
    media: str
    deleted: tuple[str, str]
    edited: str
    sent: str
    service: tuple[str, ...]
    poll: tuple[str, str]
    halves: tuple[str, str] = ("AM", "PM")


LANGUAGES = {
    "en-US": Words(
        "{t.month}/{t.day}/{t:%y}, {h}:{t:%M}\u202f{p} - ", "<Media omitted>",
        ("This message was deleted", "You deleted this message"), "<This message was edited>",
        "{} (file attached)", ("Ida created group \"Boat\"", "Ida added Jonas"),
        ("POLL:", "OPTION: {} (2 votes)")),
    "en-US iOS": Words(
        "[{t.month}/{t.day}/{t:%y}, {h}:{t:%M:%S}\u202f{p}] ", "image omitted",
        ("This message was deleted.", "You deleted this message."), "<This message was edited>",
        "<attached: {}>", ("Boat: Messages and calls are end-to-end encrypted.",),
        ("POLL:", "OPTION: {} (2 votes)")),
    "en-GB": Words(
        "{t:%d/%m/%Y, %H:%M} - ", "<Media omitted>",
        ("This message was deleted", "You deleted this message"), "<This message was edited>",
        "{} (file attached)", ("Ida left",), ("POLL:", "OPTION: {} (2 votes)")),
    "de": Words(
        "{t:%d.%m.%y, %H:%M} - ", "<Medien ausgeschlossen>",
        ("Diese Nachricht wurde gel\u00f6scht.", "Du hast diese Nachricht gel\u00f6scht."),
        "<Diese Nachricht wurde bearbeitet.>", "{} (Datei angeh\u00e4ngt)",
        ("Ida hat die Gruppe \u201eBoot\u201c erstellt.",), ("UMFRAGE:", "OPTION: {} (2 Stimmen)")),
    "fr": Words(
        "{t:%d/%m/%Y} \u00e0 {t:%H:%M} - ", "<M\u00e9dias omis>",
        ("Ce message a \u00e9t\u00e9 supprim\u00e9", "Vous avez supprim\u00e9 ce message"),
        "<Ce message a \u00e9t\u00e9 modifi\u00e9>", "{} (fichier joint)",
        ("Ida a cr\u00e9\u00e9 le groupe \u00ab Bateau \u00bb",),
        ("SONDAGE :", "OPTION : {} (2 votes)")),
    "es": Words(
        "{t.day}/{t.month}/{t:%Y}, {h}:{t:%M}\u202f{p} - ", "<Multimedia omitido>",
        ("Se elimin\u00f3 este mensaje", "Eliminaste este mensaje"),
        "<Se edit\u00f3 este mensaje.>", "{} (archivo adjunto)",
        ("Ida cre\u00f3 el grupo \"Barco\"",),
        ("ENCUESTA:", "OPCI\u00d3N: {} (2 votos)"), ("a.\u00a0m.", "p.\u00a0m.")),
    "it": Words(
        "{t:%d/%m/%y, %H:%M} - ", "<Media omessi>",
        ("Questo messaggio \u00e8 stato eliminato", "Hai eliminato questo messaggio"),
        "<Questo messaggio \u00e8 stato modificato>", "{} (file allegato)",
        ("Ida ha creato il gruppo \"Barca\"",), ("SONDAGGIO:", "OPZIONE: {} (2 voti)")),
    "pt-BR": Words(
        "{t:%d/%m/%Y %H:%M} - ", "<M\u00eddia oculta>",
        ("Mensagem apagada", "Voc\u00ea apagou esta mensagem"), "<Mensagem editada>",
        "{} (arquivo anexado)", ("Ida criou o grupo \"Barco\"",),
        ("ENQUETE:", "OP\u00c7\u00c3O: {} (2 votos)")),
    "nl iOS": Words(
        "[{t:%d-%m-%Y %H:%M:%S}] ", "afbeelding weggelaten",
        ("Dit bericht is verwijderd.", "Je hebt dit bericht verwijderd."),
        "<Dit bericht is bewerkt>", "<bijgevoegd: {}>", ("Boot: Berichten zijn versleuteld.",),
        ("PEILING:", "OPTIE: {} (2 stemmen)")),
    "ru": Words(
        "{t:%d.%m.%Y, %H:%M} - ", "<\u0411\u0435\u0437 \u043c\u0435\u0434\u0438\u0430\u0444\u0430"
        "\u0439\u043b\u043e\u0432>", (
            "\u0414\u0430\u043d\u043d\u043e\u0435 \u0441\u043e\u043e\u0431\u0449\u0435\u043d\u0438"
            "\u0435 \u0443\u0434\u0430\u043b\u0435\u043d\u043e",) * 2,
        "<\u0421\u043e\u043e\u0431\u0449\u0435\u043d\u0438\u0435 \u0438\u0437\u043c\u0435\u043d"
        "\u0435\u043d\u043e>", "{} (\u0444\u0430\u0439\u043b \u0434\u043e\u0431\u0430\u0432\u043b"
        "\u0435\u043d)", ("Ida \u0432\u044b\u0448\u043b\u0430",),
        ("\u041e\u041f\u0420\u041e\u0421:",
        "{} (2)")),
    "tr": Words(
        "{t:%d.%m.%Y %H:%M} - ", "<Medya dahil edilmedi>",
        ("Bu mesaj silindi", "Bu mesaj\u0131 sildiniz"), "<Bu mesaj d\u00fczenlendi>",
        "{} (dosya ekli)", ("Ida grubu olu\u015fturdu: Tekne",), ("ANKET:", "{} (2 oy)")),
    "ar": Words(
        "{t.day}\u200f/{t.month}\u200f/{t:%Y}\u060c {h}:{t:%M} {p} - ",
        "<\u062a\u0645 \u0627\u0633\u062a\u0628\u0639\u0627\u062f \u0627\u0644\u0648\u0633\u0627"
        "\u0626\u0637>", ("\u062a\u0645 \u062d\u0630\u0641 \u0647\u0630\u0647 \u0627\u0644\u0631"
        "\u0633\u0627\u0644\u0629",) * 2,
        "<\u062a\u0645 \u062a\u0639\u062f\u064a\u0644 \u0647\u0630"
        "\u0647 \u0627\u0644\u0631\u0633\u0627\u0644\u0629>", "{} (\u0627\u0644\u0645\u0644\u0641 "
        "\u0645\u0631\u0641\u0642)", ("Ida \u063a\u0627\u062f\u0631",), ("\u061f:", "{} (2)"),
        ("\u0635", "\u0645")),
    "zh iOS": Words(
        "[{t.year}/{t.month}/{t.day} {p}{h}:{t:%M:%S}] ", "\u56fe\u50cf\u5df2\u5ffd\u7565",
        ("\u6b64\u6d88\u606f\u5df2\u5220\u9664\u3002",) * 2,
        "<\u6b64\u6d88\u606f\u5df2\u7f16\u8f91>",
        "<\u9644\u4ef6\uff1a{}>", ("\u8239: \u5df2\u52a0\u5bc6",), ("\u6295\u7968\uff1a", "{} (2)"),
        ("\u4e0a\u5348", "\u4e0b\u5348")),
    "ja": Words(
        "{t:%Y/%m/%d %H:%M} - ", "<\u30e1\u30c7\u30a3\u30a2\u306f\u542b\u307e\u308c\u3066\u3044"
        "\u307e\u305b\u3093>", ("\u3053\u306e\u30e1\u30c3\u30bb\u30fc\u30b8\u306f\u524a\u9664"
        "\u3055\u308c\u307e\u3057\u305f",) * 2, "<\u3053\u306e\u30e1\u30c3\u30bb\u30fc\u30b8\u306f"
        "\u7de8\u96c6\u3055\u308c\u307e\u3057\u305f>", "{} (\u6dfb\u4ed8\u30d5\u30a1\u30a4\u30eb)",
        ("Ida \u9000\u51fa",), ("\u30a2\u30f3\u30b1\u30fc\u30c8\uff1a", "{} (2)")),
    "ko": Words(
        "{t.year}. {t.month}. {t.day}. {p} {h}:{t:%M} - ", "<\ubbf8\ub514\uc5b4 \ud30c\uc77c\uc744 "
        "\uc0dd\ub7b5\ud55c \ub300\ud654\ub0b4\uc6a9>", ("\uc0ad\uc81c\ub41c \uba54\uc2dc\uc9c0"
        "\uc785\ub2c8\ub2e4",) * 2, "<\uc218\uc815\ub41c \uba54\uc2dc\uc9c0\uc785\ub2c8\ub2e4>",
        "{} (\ud30c\uc77c \ucca8\ubd80\ub428)", ("Ida \ub098\uac10",), ("\uc124\ubb38:", "{} (2)"),
        ("\uc624\uc804", "\uc624\ud6c4")),
}  # fmt: skip


def chat_of(name, days=364):
    """Return a chat of some days, and the turns that are in it: time, name, text and files."""
    words = LANGUAGES[name]
    draw, moment = random.Random(name), datetime(2026, 1, 1, 7)
    on_phone = name.endswith("iOS")
    mark = MARK if on_phone else ""
    lines, turns = [], []
    while moment < datetime(2026, 1, 1) + timedelta(days=days):
        moment += timedelta(minutes=draw.randint(3, 700), seconds=draw.randint(0, 59))
        who, kind = draw.choice(NAMES), draw.random()
        hour, half = moment.hour % 12 or 12, words.halves[moment.hour >= 12]
        head = words.time.format(t=moment, h=hour, p=half)
        head = head.translate(ARABIC) if name == "ar" else head
        text = " ".join(["so", *draw.choices(WORDS, k=draw.randint(1, 9))])
        at = moment if on_phone else moment.replace(second=0)
        if kind < 0.08:
            lines.append(f"{head}{who}: {mark}{draw.choice((words.media, *words.deleted))}")
            continue
        if kind < 0.1:
            service = draw.choice(words.service)
            lines.append(head + (service.replace(": ", f": {mark}") if on_phone else service))
            continue
        files = None
        if kind < 0.14:
            said = f"{text} {mark}{words.edited}"
        elif kind < 0.17:
            said, text, files = mark + words.sent.format("IMG-1.jpg"), "", ["IMG-1.jpg"]
        elif kind < 0.2:
            options = "\n".join(words.poll[1].format(day) for day in ("Friday", "Sunday"))
            said = text = f"{mark}{words.poll[0]}\nWhen?\n{options}"
            text = text.replace(MARK, "")
        elif kind < 0.3:
            said = text = f"{text}\nsecond line\n\n- third: line"
        else:
            said = text
        lines.append(f"{head}{who}: {said}")
        turns.append((at, who, text, files))
    end = "\r\n" if on_phone else "\n"
    return "".join(line.replace("\n", end) + end for line in lines).encode(), turns


def require_each_turn(name, days=364):
    """Read a chat of some days and raise AssertionError where a turn differs; return how many."""
    chat, turns = chat_of(name, days)
    assert is_whatsapp(chat)
    items = list(read_whatsapp(Source("chat.txt", io.BufferedReader(io.BytesIO(chat)))))
    found = [
        (each.timestamp.replace(tzinfo=None), each.name, each.content, each.attachments)
        for each in (item.record for item in items if isinstance(item, Accepted))
    ]
    assert found == turns
    assert len(items) == len(found)
    return len(turns)
