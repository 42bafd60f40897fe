"""A real server that speaks S3: moto's, as a process of its own."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from urllib.request import urlopen

import boto3

from tests.dev.processes import wait_until
from tests.dev.service import free_port

BUCKET = "realtube-evidence"


@contextmanager
def s3_server() -> Iterator[str]:
    """Its address, with an empty private bucket."""
    port = free_port()
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
        keys = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}
        client = boto3.client("s3", endpoint_url=url, region_name="us-east-1", **keys)
        client.create_bucket(Bucket=BUCKET)
        yield url
    finally:
        process.terminate()
        process.wait(20)


def options(url: str) -> dict[str, object]:
    """The storage that `realtube.evidence` makes of these settings."""
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
