"""What commands write is what the schemas say: every record, no field that is not named there."""

from __future__ import annotations

import json

import pytest

from memcli.cli.json_help import described
from memcli.context.tasks.reading import FIELDS
from memcli.records import from_wire
from schemas import RECORD_KINDS, record_schema

COMMANDS = [
    ("query", "hazelnuts", "-k", "3"),
    ("query", "hazelnuts", "-k", "3", "--explain"),
    ("export",),
    ("log",),
    ("stats",),
    ("profile",),
    ("check",),
    ("extract",),
    ("add", "The key is in the blue tin."),
    ("entities", "list"),
    ("config", "list"),
    ("doctor",),
    ("task", "add", "Paint the boat"),
    ("context", "hazelnuts", "--format", "json"),
    ("pin", "mj/2:5"),
    ("forget", "mj/2:5"),
    ("show", "mj/2:5"),
    ("show", "mj/2:5", "--links"),
    ("show", "mj/2:5", "--history"),
    ("sql", "select speaker, count(*) as n from turns group by all"),
    ("compact",),
    ("undo",),
    ("reembed", "--encoder", "minilm-l6-v2"),
]

# What `show` and `task` add to a memory.
MORE = {
    "show": {"links", "change", "changed", "command", "commit", "committed_at"},
    "task": set(FIELDS),
}


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_record_is_of_its_schema(run, sample, command):
    told = described(command)
    for record in run(*command, "--store", sample).records:
        assert record["kind"] in told["writes"]
        named = record_schema(record["kind"])["properties"].keys()
        more = MORE.get(command[0], set())
        assert record["kind"] == "row" or not record.keys() - named - more
        from_wire(record)


def test_every_kind_has_a_schema_that_requires_kind_and_version():
    for kind in RECORD_KINDS:
        schema = record_schema(kind)
        assert schema["$schema"].startswith("https://json-schema.org/")
        assert {"kind", "v"} <= set(schema["required"])
        assert json.dumps(schema)
