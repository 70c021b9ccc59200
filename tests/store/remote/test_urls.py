"""URLs of stores on object storage, and the folders that are their copies."""

from pathlib import Path

import pytest

from store.errors import BadUsage
from store.remote.urls import copied_url, note_copy, shown, url_of


@pytest.mark.parametrize(
    ("name", "url"),
    [
        ("s3://bucket/a/b", "s3://bucket/a/b"),
        ("s3://bucket", "s3://bucket"),
        ("s3://bucket/a/", "s3://bucket/a"),
        ("gs://bucket/a", "gs://bucket/a"),
        ("az://container/a", "az://container/a"),
        (Path("s3://bucket/a"), "s3://bucket/a"),
        ("s3:/bucket/a", "s3://bucket/a"),
        ("/s3:/bucket/a", None),
        ("folder/s3:/bucket", None),
        ("s3", None),
        ("s3:a", None),
        ("ssh://host/path", None),
        (".memory", None),
        ("", None),
    ],
)
def test_a_name_is_a_url_or_a_folder(name, url):
    assert url_of(name) == url


@pytest.mark.parametrize("name", ["s3:", "s3://", "s3:///a", "s3://bucket//a", Path("s3://")])
def test_a_url_without_a_bucket_is_no_folder(name):
    with pytest.raises(BadUsage, match="no bucket"):
        url_of(name)


def test_a_copy_is_called_by_its_url(tmp_path):
    assert (copied_url(tmp_path), shown(tmp_path)) == (None, str(tmp_path))
    note_copy(tmp_path, "s3://bucket/a")
    assert (copied_url(tmp_path), shown(tmp_path)) == ("s3://bucket/a",) * 2
