"""Plain tokenizers: the tokens that the tokenizers library gives, or none."""

import json
import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from memcli.models.encoder import encoder_folder, load_tokenizer
from memcli.models.plain_tokenizers import read_plain_tokenizer
from tests.support.paths import ROOT

NAMES = ("static-256", "multilingual-256")
LIBRARY = {}
PLAIN = {}


def setup_module():
    for name in NAMES:
        LIBRARY[name] = load_tokenizer(encoder_folder(name), 100_000)
        PLAIN[name] = read_plain_tokenizer(encoder_folder(name) / "tokenizer.json")


def library_tokens(name, text):
    return LIBRARY[name].encode(text, add_special_tokens=False).ids


def assert_same(text):
    for name in NAMES:
        found = PLAIN[name].tokens(text)
        assert found is None or found == library_tokens(name, text), name


@given(st.text(max_size=40))
@settings(max_examples=150)
def test_any_text(text):
    assert_same(text)


@given(
    st.text(
        "abcXYZ .,'-_$^|~()\t\n\u2019\u00e9\u00c9\u00df\u0130\u03a3\u03c2\u4f60\u597d\u3002"
        "\u304b\u30ab\ud55c\u0e01\u0e31\u0436\u00a0\u3000\u2581\uffe5\u2460\u2705\ufe0f\U0001f600",
        max_size=40,
    )
)
@settings(max_examples=150)
def test_text_of_many_scripts(text):
    assert_same(text)


def test_sentences_of_many_languages_are_cut_without_the_library():
    pairs = (ROOT / "tests/data/sentence_pairs.toml").read_text("utf-8")
    texts = [text for text in _strings(tomllib.loads(pairs)) if len(text) > 3]
    assert len(texts) > 50
    for text in texts:
        assert_same(text)
    cut = [PLAIN["multilingual-256"].tokens(text) is not None for text in texts]
    assert sum(cut) > 0.98 * len(cut)


def _strings(value):
    if isinstance(value, str):
        return [value]
    inner = value.values() if isinstance(value, dict) else value
    return [text for part in inner for text in _strings(part)] if hasattr(inner, "__iter__") else []


@pytest.mark.parametrize("text", ["a [MASK] here", "bell\x07", "soft\u00adhyphen", "\U0001faf0"])
def test_what_is_not_sure_is_left_to_the_library(text):
    assert PLAIN["static-256"].tokens(text) is None


@pytest.mark.parametrize("change", ["normalizer", "pre_tokenizer", "model"])
def test_a_tokenizer_of_another_kind_is_not_read(tmp_path, change):
    settings = json.loads((encoder_folder("static-256") / "tokenizer.json").read_bytes())
    settings[change] = {"type": "BPE"}
    (tmp_path / "tokenizer.json").write_text(json.dumps(settings))
    assert read_plain_tokenizer(tmp_path / "tokenizer.json") is None


def test_a_file_that_is_none_is_not_read(tmp_path):
    assert read_plain_tokenizer(tmp_path / "tokenizer.json") is None
    (tmp_path / "tokenizer.json").write_text("[1")
    assert read_plain_tokenizer(tmp_path / "tokenizer.json") is None
