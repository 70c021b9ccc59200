"""Versions that a bucket keeps of what was deleted or written over."""

from datetime import UTC, datetime

import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends

from store.errors import StoreIOError
from store.remote.object_versions import VersionedBucket
from store.remote.objects import CloudObjects


@pytest.fixture
def url(bucket, monkeypatch) -> str:
    """Where nothing is yet in a bucket that keeps versions."""
    for name, value in bucket.environment.items():
        monkeypatch.setenv(name, value)
    buckets = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]
    if "versioned" not in buckets.buckets:
        buckets.create_bucket("versioned", "us-east-1")
    buckets.put_bucket_versioning("versioned", "Enabled")
    return bucket.new_url().replace("memories", "versioned")


def test_what_is_not_read_any_more_is_deleted(url):
    objects = CloudObjects(url, {})
    beside = CloudObjects(f"{url}-beside", {})
    for each in (objects, beside):
        each.put("store.json", b"first")
        each.put("store.json", b"second")
        each.put("tables/a b", b"gone")
        each.delete(["tables/a b"])
    versions = VersionedBucket(url, {})
    assert versions.has_keys
    assert len(list(versions.versions())) == 4
    assert objects.delete_old_versions()
    assert [each.is_latest for each in versions.versions()] == [True]
    assert objects.get("store.json").data == b"second"
    assert len(list(VersionedBucket(f"{url}-beside", {}).versions())) == 4


def test_without_keys_it_is_said_that_it_cannot_be(url, monkeypatch):
    objects = CloudObjects(url, {})
    objects.put("store.json", b"first")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    assert not objects.delete_old_versions()


def test_a_bucket_without_versions_has_none(bucket, url):
    objects = CloudObjects(bucket.new_url(), {})
    objects.put("store.json", b"first")
    assert objects.delete_old_versions()


def test_a_refusal_is_an_error(bucket, url):
    with (
        bucket.failing(lambda asked: 403),
        pytest.raises(StoreIOError, match="ListBucketVersions"),
    ):
        VersionedBucket(url, {}).delete_old()


def test_a_request_is_signed_as_the_example_of_aws_is():
    # docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html, "GET Bucket (List)"
    keys = {
        "aws_access_key_id": "AKIAIOSFODNN7EXAMPLE",
        "aws_secret_access_key": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        "aws_region": "us-east-1",
        "aws_session_token": "",
    }
    headers = VersionedBucket("s3://examplebucket", keys)._headers(
        "GET",
        "https://examplebucket.s3.amazonaws.com/?max-keys=2&prefix=J",
        datetime(2013, 5, 24, tzinfo=UTC),
    )
    signature = "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
    assert headers["authorization"].endswith(signature)
