"""A real server that speaks S3: moto's, as a process of its own."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.request import urlopen

import boto3
import httpx

from realtube.s3 import S3
from realtube_client import compact
from tests.dev.processes import wait_until
from tests.dev.service import free_port

BUCKET = "realtube"
KEYS = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}

READ_BY_ALL = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": f"arn:aws:s3:::{BUCKET}/*",
        }
    ],
}


@contextmanager
def s3_server(port: int = 0, *, public: bool = False) -> Iterator[str]:
    """Its address, with an empty bucket, which anybody may read if it is `public`.

    At `port`, or one that is free.
    """
    port = port or free_port()
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )

    def answers() -> bool:
        assert process.poll() is None
        with suppress(OSError), urlopen(f"{url}/moto-api/", timeout=2):
            return True
        return False

    try:
        wait_until(answers, timeout_s=60, what="the S3 server answers")
        client = client_of(url)
        client.create_bucket(Bucket=BUCKET)
        if public:
            client.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps(READ_BY_ALL))
        yield url
    finally:
        process.terminate()
        process.wait(20)


def client_of(url: str) -> Any:
    """S3's own way to ask the server."""
    return boto3.client("s3", endpoint_url=url, region_name="us-east-1", **KEYS)


def s3_of(url: str, **more: Any) -> S3:
    """What `realtube.s3` makes of the environment of a site that publishes there."""
    chosen = {
        "bucket": BUCKET,
        "endpoint": url,
        "region": "us-east-1",
        "key_id": "key",
        "key": "secret",
        "interval_s": 60,
        "requests_a_day": 10**9,
        "purge_url": "",
        "purge_key": "",
    }
    return S3(**{**chosen, **more})


def options(url: str) -> dict[str, object]:
    """The storage of evidence that `realtube.evidence` makes of these settings."""
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": BUCKET,
            "endpoint_url": url,
            "region_name": "us-east-1",
            "access_key": "key",
            "secret_key": "secret",
            "default_acl": None,
            "signature_version": "s3v4",
            "addressing_style": "path",
        },
    }


class View:
    """What a reader, or a CDN, sees: plain GETs without keys."""

    def __init__(self, url: str) -> None:
        self._url = f"{url}/{BUCKET}"
        self._client = httpx.Client(timeout=20, trust_env=False)

    def get(self, key: str) -> httpx.Response:
        """Whatever there is under a key, with encodings undone."""
        return self._client.get(f"{self._url}/{key}")

    def bucket(self, prefix: str) -> list[dict[str, Any]] | None:
        """The videos of a bucket; None where it has no object."""
        answer = self.get(f"api/videos/{prefix}")
        assert answer.status_code in (200, 404), answer
        return answer.json() if answer.status_code == 200 else None

    def whole(self) -> dict[str, str]:
        """The checksums of the files that the manifest names, each as it is; {} before it."""
        answer = self.get("manifest.json")
        if answer.status_code == 404:
            return {}
        named = answer.json()["files"]
        bodies = {}
        for key, it in named.items():
            bodies[key] = self.get(it["file"]).content
            assert hashlib.sha256(bodies[key]).hexdigest() == it["sha256"], key
        if named:
            revision = compact.read(bodies["api/sync/compact"]).revision
            full = json.loads(bodies["api/sync/full"])
            for kind in ("channels", "videos"):
                about = f"# Revision: {revision} of {full['generatedAt']}"
                assert about in bodies[f"api/lists/{kind}.txt"].decode()
        return {key: it["sha256"] for key, it in named.items()}
