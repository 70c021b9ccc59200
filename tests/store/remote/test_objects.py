"""A bucket over HTTP: what is put if absent, what fails, and what is tried again."""

import os
import time
from collections.abc import Iterator
from uuid import uuid4

import pytest

from store.errors import BadUsage, CommitConflict, StoreIOError
from store.remote.objects import CloudObjects, for_service, reason_of, side_by_side, with_endpoint
from tests.support import google_storage

OPTIONS = {"client_max_retries": "3", "client_retry_timeout": "5"}


@pytest.fixture
def objects(bucket, monkeypatch) -> CloudObjects:
    """Objects below a URL where nothing is."""
    for name, value in bucket.environment.items():
        monkeypatch.setenv(name, value)
    return CloudObjects(bucket.new_url(), OPTIONS)


@pytest.fixture(params=["s3", "gs", "az"])
def cloud(request, bucket, monkeypatch) -> Iterator[CloudObjects]:
    """
    Objects of each kind of storage.

    Of Azure where AZURE_STORAGE_ENDPOINT and the keys name one, with a container `memories`.
    """
    place = f"{request.param}://memories/{uuid4().hex[:12]}"
    if request.param == "gs":
        with google_storage.serving() as google:
            yield CloudObjects(place, {**OPTIONS, **google.options, "aws_region": "x"})
        return
    if request.param == "az" and "AZURE_STORAGE_ENDPOINT" not in os.environ:
        pytest.skip("no storage of Azure is named")
    for name, value in bucket.environment.items():
        monkeypatch.setenv(name, value)
    yield CloudObjects(place, {**OPTIONS, "allow_http": "true"})


def test_each_storage_keeps_to_the_interface(cloud):
    tag = cloud.put_new("commits/1", b"first")
    with pytest.raises(FileExistsError):
        cloud.put_new("commits/1", b"another")
    assert cloud.get("commits/1") == (b"first", tag)
    assert [stat.tag for stat in cloud.listing("commits")] == [tag]
    assert cloud.get_changed("commits/1", tag) is None
    second = cloud.put("commits/1", b"second", tag)
    assert second != tag
    for old in (tag, "nothing"):
        with pytest.raises(CommitConflict):
            cloud.put("commits/1", b"third", old)
    with pytest.raises(CommitConflict):
        cloud.put("commits/2", b"first", tag)
    assert cloud.get_changed("commits/1", tag) == (b"second", second)
    for name in ("commits/3", "commits/4", "top"):
        cloud.put(name, b"x")
    assert [s.name for s in cloud.listing("commits", "commits/1")] == ["commits/3", "commits/4"]
    assert [stat.name for stat in cloud.top()] == ["top"]
    cloud.delete(["commits/1", "commits/2", "commits/3", "commits/4"])
    assert [stat.name for stat in cloud.listing("")] == ["top"]


def test_objects_are_put_read_listed_and_deleted(objects):
    tag = objects.put("a/2", b"two")
    for name in ("a/1", "a/10", "b", "a/3"):
        objects.put(name, name.encode())
    assert objects.get("a/2") == (b"two", tag)
    assert objects.get("a/4") is None
    assert [stat.name for stat in objects.listing("a", after="a/10")] == ["a/2", "a/3"]
    assert [(stat.name, stat.size) for stat in objects.top()] == [("b", 1)]
    assert objects.get_changed("a/2", tag) is None
    assert objects.get_changed("a/2", "").data == b"two"
    with pytest.raises(FileNotFoundError):
        objects.get_changed("a/4", tag)
    objects.delete(["a/1", "a/4"])
    assert [stat.name for stat in objects.listing("a")] == ["a/10", "a/2", "a/3"]


def test_what_is_there_is_not_written_over(objects):
    objects.put_new("a", b"first")
    with pytest.raises(FileExistsError):
        objects.put_new("a", b"second")
    assert objects.get("a").data == b"first"


def test_what_another_wrote_meanwhile_is_a_conflict(objects):
    tag = objects.put("a", b"first")
    assert objects.put("a", b"second", tag) != tag
    with pytest.raises(CommitConflict):
        objects.put("a", b"third", tag)


def test_a_refusal_for_the_moment_is_tried_again(bucket, objects):
    refused = iter([503, 503])
    with bucket.failing(lambda asked: next(refused, None)):
        objects.put_new("a", b"first")
    assert objects.get("a").data == b"first"


def test_a_slow_answer_is_asked_for_again(bucket, objects):
    slow = iter([1.0])

    def wait(asked: object) -> None:
        time.sleep(next(slow, 0))

    hasty = CloudObjects(objects.url, {**OPTIONS, "timeout": "300ms"})
    objects.put("a", b"first")
    with bucket.failing(wait):
        assert hasty.get("a").data == b"first"
    assert bucket.requests()[-2:] == ["GET a", "GET a"]


def test_what_does_not_end_is_an_error(bucket, objects):
    with bucket.failing(lambda asked: 503), pytest.raises(StoreIOError, match="cannot read a"):
        objects.get("a")
    with bucket.failing(lambda asked: 403), pytest.raises(StoreIOError, match="rights"):
        objects.get("a")
    with pytest.raises(StoreIOError, match="no bucket"):
        CloudObjects("s3://nothing-here/a", OPTIONS).get("a")
    gone = CloudObjects(objects.url, {**OPTIONS, "aws_endpoint": "http://127.0.0.1:1"})
    with pytest.raises(StoreIOError, match="cannot be reached"):
        gone.get("a")


def test_options_that_make_no_sense_are_said():
    with pytest.raises(BadUsage, match="s3://b"):
        CloudObjects("s3://b", {"aws_colour": "blue"})


def test_options_of_other_services_are_passed_by():
    options = {"aws_region": "x", "google_base_url": "y", "azure_storage_endpoint": "z", "t": "1"}
    assert for_service("gs://b/p", options) == {"google_base_url": "y", "t": "1"}
    assert for_service("az://b/p", options) == {"azure_storage_endpoint": "z", "t": "1"}


def test_the_endpoint_of_the_environment_stands_behind_that_of_the_options(monkeypatch):
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://env")
    assert with_endpoint({"aws_region": "x"})["aws_endpoint"] == "http://env"
    assert with_endpoint({"endpoint": "http://own"}) == {"endpoint": "http://own"}


def test_reasons_are_of_one_line():
    error = ValueError("Server said no: <?xml\n<Error/>\n\nDebug source: lots")
    assert reason_of(error) == "Server said no"


def test_work_goes_on_side_by_side_in_order():
    assert side_by_side(lambda n: n * n, range(5)) == [0, 1, 4, 9, 16]
    assert side_by_side(str, []) == []
