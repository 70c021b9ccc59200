import pytest

from memcli.ingestion.transcripts.sniff import detect_form
from store.errors import BadRecord


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("a.jsonl", "jsonl"), ("a.ndjson", "jsonl"), ("a.json", "json"), ("a.txt", "text"),
        ("a.log", "text"), ("a.md", "markdown"), ("a.MARKDOWN", "markdown"), ("a.csv", "csv"),
        ("a.tsv", "csv"), ("a.parquet", "parquet"),
    ],
)  # fmt: skip
def test_the_extension_comes_first(source, path, form):
    assert detect_form(source(b"[x](y): z\n", path=path))[0] == form


@pytest.mark.parametrize(
    ("data", "form"),
    [
        (b'{"content": "x"}\n{"content": "y"}\n', "jsonl"),
        (b'\n\n{"content": "x"}\n', "jsonl"),
        (b'{\n "messages": []\n}', "json"),
        (b'{"messages": [{"content": "x"}]}\n', "json"),
        (b'[{"content": "x"}]', "json"),
        (b"[\n]", "json"),
        (b"PAR1....", "parquet"),
        (b"content,name\nHi,Mara\n", "csv"),
        (b"author;text\nMara;Hi\n", "csv"),
        (b"---\nsession: x\n---\n", "markdown"),
        (b"# Title\n\ntext", "markdown"),
        (b"intro\n\n**Mara:** Hi\n", "markdown"),
        (b"[09:12] Mara: Hi\n", "text"),
        (b"[12/01/2025, 09:12] Mara: Hi\n", "whatsapp"),
        (b"Mara: Hi, content, all\n", "text"),
        (b"\xef\xbb\xbfMara: Hi", "text"),
        (b"", "text"),
    ],
)
def test_without_one_the_first_bytes_decide_and_stay(source, data, form):
    found, whole = detect_form(source(data, path="-"))
    assert found == form
    assert whole.stream.read() == data


@pytest.mark.parametrize(
    ("path", "data", "form"),
    [
        ("a.json", b'{"content": "x"}\n{"content": "y"}\n', "jsonl"),
        ("a.json", b'{"content": "x"}\n', "json"),
        ("a.log", b'{"content": "x"}\n', "jsonl"),
        ("a.txt", b"{not json}\n", "text"),
    ],
)
def test_json_lines_under_another_name_are_found(source, path, data, form):
    assert detect_form(source(data, path=path))[0] == form


@pytest.mark.parametrize("data", [b"\x7fELF\x02\0\0", b"text\0"])
@pytest.mark.parametrize("path", ["a.txt", "a.md", "-", "a.dat"])
def test_a_binary_file_is_refused_with_a_remedy(source, data, path):
    with pytest.raises(BadRecord, match="a binary file") as caught:
        detect_form(source(data, path=path))
    assert caught.value.path == path
    assert "unpack" in caught.value.remedy


@pytest.mark.parametrize(
    ("path", "data", "what"),
    [
        ("a.graphml", b"<?xml version='1.0'?>\n<graphml>", "XML"),
        ("-", b"\n<graphml xmlns='x'>", "XML"),
        ("README.md", b"# Memories\n\n1,002 sessions; times are UTC.\n", "a page of memcli"),
        ("a.md", b"# a\n\n- Namespace: b\n- Date (UTC): 2026-01-01 10:00\n", "a page of memcli"),
    ],
)
def test_what_a_program_made_is_no_prose(source, path, data, what):
    with pytest.raises(BadRecord, match=what):
        detect_form(source(data, path=path))


def test_notes_that_speak_of_such_are_prose(source):
    for text in (
        b"# Memories\n\nOf 3 sessions.",
        b"# a\n\n- Namespace: b\n\nSo.",
        b"The <?xml tag",
    ):
        assert detect_form(source(text, path="a.md"))[0] == "markdown"


def test_utf16_is_read_as_what_it_says(source):
    form, opened = detect_form(source("Mara: Hi".encode("utf-16"), path="a.txt"))
    assert (form, opened.stream.read(), opened.decoded) == ("text", b"Mara: Hi", True)


def test_what_other_programs_made_is_named_with_what_to_do(source):
    with pytest.raises(BadRecord, match="a PNG picture, not text") as caught:
        detect_form(source(b"\x89PNG\r\n\x1a\n\0\0", path="a.png"))
    assert "memcli caption" in caught.value.remedy


def test_a_slow_pipe_is_read_no_further_than_its_first_line(source):
    slow = source(b'{"content": "x"}\n' + b'{"content": "y"}\n' * 1000, 20)
    detect_form(slow)
    assert len(slow.stream.raw._rest) > 10_000


def test_json_under_another_name_is_json(source):
    for data in (b'{"messages": [{"role": "user", "content": "Hi"}]}', b'[{"content": "Hi"}]'):
        assert detect_form(source(data, path="a.txt"))[0] == "json"
    assert detect_form(source(b"[10:00] Ida: Hi\n[10:01] Ben: Ho\n", path="a.txt"))[0] == "text"
