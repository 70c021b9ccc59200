"""The encoder of stores that meet."""

from __future__ import annotations

import pytest

from memcli.memory.encoders import load_encoder
from memcli.models.encoder import DEFAULT_ENCODER
from store.commits import EncoderStamp


@pytest.fixture(scope="session")
def stamp() -> EncoderStamp:
    """The stamp of the default encoder."""
    return load_encoder(DEFAULT_ENCODER).stamp()
