"""A bucket over HTTP: what is put if absent, what fails, and what is tried again."""

import time

import pytest

from store.errors import BadUsage, CommitConflict, StoreIOError
from store.remote.objects import CloudObjects, reason_of, side_by_side, with_endpoint

OPTIONS = {"client_max_retries": "3", "client_retry_timeout": "5"}


@pytest.fixture
def objects(bucket, monkeypatch) -> CloudObjects:
    """Objects below a URL where nothing is."""
    for name, value in bucket.environment.items():
        monkeypatch.setenv(name, value)
    return CloudObjects(bucket.new_url(), OPTIONS)


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
