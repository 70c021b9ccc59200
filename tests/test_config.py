"""What a user may set in a store's config.toml."""

from __future__ import annotations

import pytest

from memcli.config import read_config
from store.errors import BadUsage


@pytest.fixture
def read(tmp_path):
    def of(text):
        (tmp_path / "config.toml").write_text(text)
        return read_config(tmp_path / "config.toml")

    return of


def test_what_is_not_set_has_its_default(read, tmp_path):
    config = read("[query]\ntop_k = 3\n")
    assert (config.query.top_k, config.keep_commits, config.decay.clock) == (3, 10, "activity")
    assert read_config(tmp_path / "none.toml").query.top_k == 10


def test_commits_to_keep_are_those_of_compact(read):
    assert read("[compact]\nkeep_commits = 4\n").keep_commits == 4


@pytest.mark.parametrize(
    "text",
    [
        "[query]\ntop_k = 0\n",
        "[query]\nfriends = 1\n",
        "[decay]\nclock = 'moon'\n",
        "[decay]\narchive_below = 1.5\n",
        "not toml",
    ],
)
def test_what_is_wrong_is_refused_with_the_path(read, tmp_path, text):
    with pytest.raises(BadUsage, match=r"config\.toml: .*mend it"):
        read(text)


def test_a_file_that_cannot_be_read_is_an_error_too(tmp_path):
    with pytest.raises(BadUsage):
        read_config(tmp_path)
    (tmp_path / "config.toml").write_bytes(b"# \xff\n")
    with pytest.raises(BadUsage, match="mend it"):
        read_config(tmp_path / "config.toml")
