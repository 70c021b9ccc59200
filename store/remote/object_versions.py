"""
Versions of objects that a bucket of S3 keeps, beside those that are read, and their deletion.

object_store has no request for them, so these are signed here (AWS Signature Version 4), by keys
that stand in the options or in the environment; without such keys it is said that it cannot be.
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Final, NamedTuple
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlsplit
from urllib.request import Request, urlopen
from xml.etree import ElementTree

from store.errors import StoreIOError

# What object_store calls an option, and the variables of the environment that say it.
NAMES: Final = {
    "access_key_id": ("AWS_ACCESS_KEY_ID",),
    "secret_access_key": ("AWS_SECRET_ACCESS_KEY",),
    "session_token": ("AWS_SESSION_TOKEN",),
    "region": ("AWS_REGION", "AWS_DEFAULT_REGION"),
    "endpoint": ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_ENDPOINT"),
}
OTHER_NAMES: Final = {"endpoint": ("endpoint_url",), "session_token": ("token",)}
KINDS: Final = ("Version", "DeleteMarker")
TIMEOUT_S: Final = 30


class KeptVersion(NamedTuple):
    """A version of an object: its key in the bucket, its id, whether it is the one that is read."""

    key: str
    id: str
    is_latest: bool


class VersionedBucket:
    """The versions of objects below an s3:// URL."""

    def __init__(self, url: str, options: Mapping[str, str]) -> None:
        parts = urlsplit(url)
        self.prefix = parts.path.lstrip("/")
        self._given = {name: _option(name, options) for name in NAMES}
        self._region = self._given["region"] or "us-east-1"
        endpoint = self._given["endpoint"]
        self._base = (
            f"{endpoint.rstrip('/')}/{parts.netloc}"
            if endpoint
            else f"https://{parts.netloc}.s3.{self._region}.amazonaws.com"
        )

    @property
    def has_keys(self) -> bool:
        """Whether requests can be signed."""
        return bool(self._given["access_key_id"] and self._given["secret_access_key"])

    def delete_old(self) -> int:
        """Delete all versions but those that are read; return how many they were."""
        old = [each for each in self.versions() if not each.is_latest]
        for each in old:
            self._ask("DELETE", f"/{quote(each.key)}", {"versionId": each.id})
        return len(old)

    def versions(self) -> Iterator[KeptVersion]:
        """Yield the versions of all objects, and the marks of those that were deleted."""
        after: dict[str, str] = {}
        while True:
            prefix = f"{self.prefix}/" if self.prefix else ""
            page = ElementTree.fromstring(
                self._ask("GET", "/", {"versions": "", "prefix": prefix, **after})
            )
            for element in page:
                if (kind := _local(element)) in KINDS:
                    said = {_local(child): child.text or "" for child in element}
                    # A mark is no object: what it stands for is not read.
                    is_latest = said.get("IsLatest") == "true" and kind == "Version"
                    yield KeptVersion(said["Key"], said["VersionId"], is_latest)
            said = {_local(child): child.text or "" for child in page}
            if said.get("IsTruncated") != "true":
                return
            after = {
                "key-marker": said.get("NextKeyMarker", ""),
                "version-id-marker": said.get("NextVersionIdMarker", ""),
            }

    def _ask(self, method: str, path: str, query: Mapping[str, str]) -> bytes:
        """Send a signed request, and return the answer; StoreIOError where it is refused."""
        pairs = ((quote(n, safe=""), quote(v, safe="")) for n, v in sorted(query.items()))
        asked = "&".join(f"{name}={value}" for name, value in pairs)
        address = f"{self._base}{'' if path == '/' and self._given['endpoint'] else path}?{asked}"
        request = Request(address, method=method)
        for name, value in self._headers(method, address).items():
            request.add_header(name, value)
        try:
            with urlopen(request, timeout=TIMEOUT_S) as answer:
                body: bytes = answer.read()
                return body
        except (HTTPError, URLError, TimeoutError) as error:
            what = f"versions of objects cannot be deleted ({self._base}): {error}"
            rights = "the keys need s3:ListBucketVersions and s3:DeleteObjectVersion"
            raise StoreIOError(what, rights) from error

    def _headers(self, method: str, address: str, now: datetime | None = None) -> dict[str, str]:
        """Return the headers by which a request without a body is signed."""
        parts = urlsplit(address)
        moment = (now or datetime.now(UTC)).strftime("%Y%m%dT%H%M%SZ")
        headers = {
            "host": parts.netloc,
            "x-amz-content-sha256": sha256(b"").hexdigest(),
            "x-amz-date": moment,
        }
        if token := self._given["session_token"]:
            headers["x-amz-security-token"] = token
        signed = ";".join(sorted(headers))
        lines = [f"{name}:{headers[name]}\n" for name in sorted(headers)]
        body = headers["x-amz-content-sha256"]
        said = [method, parts.path or "/", parts.query, "".join(lines), signed, body]
        canonical = "\n".join(said)
        scope = f"{moment[:8]}/{self._region}/s3/aws4_request"
        text = f"AWS4-HMAC-SHA256\n{moment}\n{scope}\n{sha256(canonical.encode()).hexdigest()}"
        signature = hmac.new(self._key(scope), text.encode(), sha256).hexdigest()
        credential = f"{self._given['access_key_id']}/{scope}"
        headers["authorization"] = (
            f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={signed}, "
            f"Signature={signature}"
        )
        return headers

    def _key(self, scope: str) -> bytes:
        key = f"AWS4{self._given['secret_access_key']}".encode()
        for part in scope.split("/"):
            key = hmac.new(key, part.encode(), sha256).digest()
        return key


def _option(name: str, options: Mapping[str, str]) -> str:
    """Return an option by any of its names, else what the environment says."""
    named = (name, *OTHER_NAMES.get(name, ()))
    for each in (f"{prefix}{n}" for prefix in ("aws_", "") for n in named):
        if each in options:
            return options[each]
    return next((os.environ[each] for each in NAMES[name] if os.environ.get(each)), "")


def _local(element: ElementTree.Element) -> str:
    """Return the name of an element without its namespace."""
    return element.tag.rpartition("}")[2]
