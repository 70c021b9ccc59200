"""What an importer may not do is found by the contract."""

from __future__ import annotations

import pytest

from memcli.ingestion.transcripts.contract import check_importer
from memcli.ingestion.transcripts.items import Accepted
from memcli.records import Message

SAMPLE = b"say: Hi\nsay: Ho\n"


class Lines:
    """An importer of lines; `how` says what it does wrong."""

    def __init__(self, how=""):
        self.how, self.n_read = how, 0
        self.extensions = {"case": (".SAY",), "dot": ("say",)}.get(how, (".say",))

    def sniff(self, head):
        if self.how == "head":
            return False
        return head if self.how == "bool" and not head else head.startswith(b"say:")

    def read(self, source):
        self.n_read += 1
        if self.how == "nothing":
            return
        # A pipe may give less than it is asked for.
        data = source.stream.read1(64) if self.how == "slow" else source.stream.read()
        for number, line in enumerate(data.decode().splitlines(), 1):
            text = line.removeprefix("say: ") + str(self.n_read) * (self.how == "same")
            item = Accepted(Message(v=1, content=text), source.path, number)
            yield {"line": item._replace(line=-1), "items": text}.get(self.how, item)
        if self.how == "broken" and not data.endswith(b"\n"):
            raise ValueError("cut off")


def test_what_keeps_it_passes():
    check_importer(Lines(), SAMPLE)


@pytest.mark.parametrize(
    ("how", "says"),
    [
        ("case", "lower-case"),
        ("dot", "have their dot"),
        ("head", "knows the head"),
        ("bool", "True or False"),
        ("items", "Accepted and Rejected"),
        ("nothing", "has a record"),
        ("line", "count from 1"),
        ("same", "same records"),
        ("slow", "slow pipe"),
    ],
)
def test_what_an_importer_may_not_do_is_found(how, says):
    with pytest.raises(AssertionError, match=says):
        check_importer(Lines(how), SAMPLE)


def test_input_that_is_cut_off_may_not_be_an_exception():
    with pytest.raises(ValueError, match="cut off"):
        check_importer(Lines("broken"), SAMPLE)
