"""Tests of memcli.models.parser, with the bundled parser."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from memcli.language.data import PACKAGE
from memcli.language.syntax import Parse
from memcli.models.parser import Parser
from store.errors import EncoderUnavailable


@pytest.fixture(scope="module")
def parser() -> Parser:
    return Parser.load()


def test_words_have_tags_lemmas_and_heads(parser: Parser) -> None:
    (parse,) = parser(["My sister moved to Lyon and works with Nora."])
    root = parse.root
    assert root is not None
    assert (root.text, root.lemma, root.xpos) == ("moved", "move", "VBD")
    subject = parse.child(root, "nsubj")
    assert subject is not None
    assert parse.slice(parse.subtree(subject)) == "My sister"
    assert [(type_, parse.slice(words)) for type_, words in parse.names()] == [
        ("LOC", "Lyon"),
        ("PER", "Nora"),
    ]


def test_it_says_how_sure_it_is_of_each_head(parser: Parser) -> None:
    clear, doubtful = parser(["I moved to Lyon.", "I'm going dark to triage this cap table fire."])
    assert all(0 <= word.sure <= 1 for word in (*clear.words, *doubtful.words))
    assert min(word.sure for word in clear.words) > 0.9
    assert min(word.sure for word in doubtful.words) < 0.6


def test_negations_of_chats_are_heard(parser: Parser) -> None:
    (parse,) = parser(["I dont like horror films"])
    assert [word.lemma for word in parse.words][:4] == ["i", "do", "not", "like"]
    assert [word.text for word in parse.words][1:3] == ["do", "nt"]


def test_batches_keep_order_and_do_not_change_a_parse(parser: Parser) -> None:
    sentences = [f"Ana has {n} cats" + " and a dog" * (n % 7) + "." for n in range(120)]
    alone = [parser([text])[0] for text in sentences[:9]]
    assert [(p.text, [w.head for w in p.words]) for p in parser(sentences)][:9] == [
        (p.text, [w.head for w in p.words]) for p in alone
    ]


@pytest.mark.parametrize("text", ["", "   ", "word " * 500, "\u0000\u200b", "\U0001f389"])
def test_what_cannot_be_parsed_has_no_words_or_a_tree(parser: Parser, text: str) -> None:
    (parse,) = parser([text])
    assert parse.text == text
    assert all(len(list(parse.ancestors(word))) <= len(parse.words) for word in parse.words)


def test_nothing_gives_nothing(parser: Parser) -> None:
    assert parser([]) == []


def test_a_folder_of_the_same_shape_takes_its_place(tmp_path: Path) -> None:
    shutil.copytree(PACKAGE / "models" / "english-parser", tmp_path / "own")
    assert Parser.load(str(tmp_path / "own"))(["Ana sleeps."])[0].root is not None


def test_what_is_no_parser_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EncoderUnavailable, match="no parser at"):
        Parser.load(str(tmp_path))
    assert Parse("x").root is None
