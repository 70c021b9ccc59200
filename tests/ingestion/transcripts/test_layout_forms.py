"""The importers of forms whose places are data."""

from __future__ import annotations

from memcli.ingestion.transcripts.layout_forms import CALLS, LAYOUTS, layout_importers


def test_each_layout_has_an_importer():
    assert list(layout_importers()) == [*LAYOUTS, *CALLS]


def test_a_form_is_looked_for_in_its_own_data():
    head = b'{"schemaType": "ModelInvocationLog", "modelId": "m", "input": {}, "output": {}}'
    importers = layout_importers()
    assert [name for name, each in importers.items() if each.sniff(head)] == ["bedrock"]
