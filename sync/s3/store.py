"""The bucket of S3: few calls, each counted, since each is paid for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

import boto3
from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings

AWAY = (BotoCoreError, ClientError, Boto3Error)
"""What is raised when S3 does not answer, or refuses."""
_AT_ONCE = 16
_DELETED_AT_ONCE = 1000
# Larger files go in parts of this size, each a request.
_PART_BYTES = 16 * 2**20
_CONNECT_S, _READ_S = 5, 30
_TRIES = 3
_ABANDONED = timedelta(days=1)


@dataclass(frozen=True)
class Headers:
    """What a reader, or a CDN, is told about an object."""

    content_type: str
    cache: str
    encoding: str = ""
    filename: str = ""
    """Makes it a download under this name."""

    def arguments(self) -> dict[str, str]:
        """The same as S3 calls it."""
        found = {"ContentType": self.content_type, "CacheControl": self.cache}
        if self.encoding:
            found["ContentEncoding"] = self.encoding
        if self.filename:
            found["ContentDisposition"] = f'attachment; filename="{self.filename}"'
        return found


@dataclass(frozen=True)
class Listed:
    """An object as a listing shows it; `etag` is the MD5 of one that was put in one piece."""

    etag: str
    modified: datetime


class Store:
    """The objects. Raises one of `AWAY` when S3 does not do what it is asked."""

    def __init__(self) -> None:
        self._options = settings.S3
        self._bucket = self._options.bucket
        self.requests = 0
        self._client: Any = boto3.client(
            "s3",
            endpoint_url=self._options.endpoint or None,
            region_name=self._options.region,
            aws_access_key_id=self._options.key_id or None,
            aws_secret_access_key=self._options.key or None,
            config=Config(
                signature_version="s3v4",
                # Of a server under its own name there is no name for each bucket.
                s3={"addressing_style": "path" if self._options.endpoint else "auto"},
                connect_timeout=_CONNECT_S,
                read_timeout=_READ_S,
                retries={"total_max_attempts": _TRIES, "mode": "standard"},
                max_pool_connections=_AT_ONCE,
                # Other makers' servers do not know the newer ones.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )
        # Also those that are tried again, and the parts of a large file.
        self._client.meta.events.register("before-send.s3", self._count)
        self._transfer = TransferConfig(
            multipart_threshold=_PART_BYTES, multipart_chunksize=_PART_BYTES, max_concurrency=4
        )

    def _count(self, **kwargs: Any) -> None:
        self.requests += 1

    def put(self, key: str, body: bytes, headers: Headers) -> None:
        """Replace an object as a whole."""
        self._client.put_object(Bucket=self._bucket, Key=key, Body=body, **headers.arguments())

    def put_all(self, bodies: Sequence[tuple[str, bytes]], headers: Headers) -> None:
        """The same of many, some at once."""
        with ThreadPoolExecutor(_AT_ONCE) as threads:
            for _ in threads.map(lambda it: self.put(it[0], it[1], headers), bodies):
                pass

    def upload(self, key: str, path: Path, headers: Headers) -> None:
        """A file of any size; readers see it once all of it is there."""
        self._client.upload_file(
            str(path), self._bucket, key, ExtraArgs=headers.arguments(), Config=self._transfer
        )

    def copy(self, source: str, key: str, headers: Headers) -> None:
        """Another object's contents, within S3; readers see them once they are whole."""
        self._client.copy(
            {"Bucket": self._bucket, "Key": source},
            self._bucket,
            key,
            ExtraArgs={**headers.arguments(), "MetadataDirective": "REPLACE"},
            Config=self._transfer,
        )

    def read(self, key: str) -> bytes | None:
        """A small object; None if there is none."""
        try:
            body: bytes = self._client.get_object(Bucket=self._bucket, Key=key)["Body"].read()
        except self._client.exceptions.NoSuchKey:
            return None
        return body

    def delete(self, keys: Iterable[str]) -> None:
        """Delete objects; those that are gone already are no error."""
        left = iter(keys)
        while some := list(islice(left, _DELETED_AT_ONCE)):
            wanted = {"Objects": [{"Key": key} for key in some], "Quiet": True}
            answer = self._client.delete_objects(Bucket=self._bucket, Delete=wanted)
            for error in answer.get("Errors", []):
                raise ClientError({"Error": error}, "DeleteObjects")

    def list(self, prefix: str) -> Iterator[tuple[str, Listed]]:
        """The objects below a prefix, a request for each thousand."""
        pages = self._client.get_paginator("list_objects_v2")
        for page in pages.paginate(Bucket=self._bucket, Prefix=prefix):
            for it in page.get("Contents", []):
                yield it["Key"], Listed(it["ETag"].strip('"'), it["LastModified"])

    def end_abandoned(self) -> None:
        """Forget the parts of uploads that were killed a day ago, which are paid for unseen."""
        found = self._client.list_multipart_uploads(Bucket=self._bucket)
        for it in found.get("Uploads", []):
            if it["Initiated"] < datetime.now(UTC) - _ABANDONED:
                self._client.abort_multipart_upload(
                    Bucket=self._bucket, Key=it["Key"], UploadId=it["UploadId"]
                )
