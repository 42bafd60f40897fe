"""What of the published files lies where in S3, and what readers are told about it.

| key | what |
| --- | --- |
| `api/videos/5f6b` | a bucket: the answer of the address of the same name, as gzip |
| `files/<SHA-256>` | a file of a snapshot or export, under the checksum of its contents |
| `manifest.json` | revision, time, and which of these files, which never change, are the newest |
| `api/sync/full` and others | the same files under the addresses that readers know, one by one |
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson
from django.conf import settings

from common.errors import NotFound
from sync.export import exports
from sync.export.formats import FORMATS
from sync.s3.store import Headers
from sync.snapshot import lists, snapshot

BUCKETS, FILES, MANIFEST = "api/videos/", "files/", "manifest.json"
SIGNED = "api/sync/signed"
_JSON = "application/json"
_FOREVER = "public, max-age=31536000, immutable"
# A CDN that does not reach S3 goes on with what it has.
_STALE = "stale-if-error=86400"
# What a CDN may keep that is told of changes: should that get lost, it ends.
_PURGED_S = 3600


@dataclass(frozen=True)
class File:
    """A file of a set: where it is here, and under which names in S3."""

    key: str
    """The name that readers ask for."""
    path: Path
    sha256: str
    """Of its contents, without any encoding."""
    headers: Headers
    variants: tuple[str, ...] = ()
    """Other addresses of the site that are answered with it, for whoever purges."""

    @property
    def immutable(self) -> str:
        """The name under which it is never changed."""
        return FILES + self.sha256

    @property
    def forever(self) -> Headers:
        """What is told about it there."""
        told = self.headers
        return Headers(told.content_type, _FOREVER, told.encoding, told.filename)

    @property
    def addresses(self) -> list[str]:
        """Where the site answers with it."""
        return list(self.variants) or [f"/{self.key}"]


def bucket_headers() -> Headers:
    """Of buckets: a CDN keeps them for as long as the next batch takes, longer if it is told."""
    every = settings.S3.interval_s
    told = f"s-maxage={_PURGED_S}, " if settings.S3.purge_url else ""
    cache = f"public, max-age={every}, {told}stale-while-revalidate={10 * every}, {_STALE}"
    return Headers(_JSON, cache, "gzip")


def small_headers() -> Headers:
    """Of manifests and the signed statement."""
    return Headers(_JSON, f"public, max-age=60, {_STALE}")


def of_snapshot(found: snapshot.Published) -> Iterator[File]:
    """The full copy, its compact form and the lists; their manifest is `found.manifest`."""
    named = snapshot.files(found)
    for name, key, content_type in (
        (snapshot.FULL, "api/sync/full", _JSON),
        (snapshot.COMPACT, "api/sync/compact", "application/octet-stream"),
    ):
        yield _packed(found, name, named, key, content_type)
    yield File(
        "api/sync/full.ndjson.zst",
        found.folder / snapshot.EVERYTHING,
        named[snapshot.EVERYTHING]["identity"]["sha256"],
        Headers("application/zstd", _of_snapshots(), filename="realtube-full.ndjson.zst"),
    )
    for wanted in lists.without_parameters():
        plain, address = wanted.form == "plain", f"/api/lists/{wanted.kind}.txt"
        yield _packed(
            found,
            f"lists/{wanted.finished_name}",
            named,
            address[1:] if plain else f"api/lists/{wanted.finished_name}",
            wanted.media_type,
            (*((address,) if plain else ()), f"{address}?format={wanted.form}"),
        )


def of_exports() -> Iterator[File]:
    """The newest export in each format."""
    for form, its in FORMATS.items():
        try:
            found = exports.newest(form)
        except NotFound:
            continue
        plain = form == "sql"
        address = "/api/database/export"
        yield File(
            "api/database/export" if plain else f"api/database/export-{form}",
            found.path,
            found.checksum,
            Headers(
                its.media_type,
                f"public, max-age=3600, {_STALE}",
                filename=found.path.name,
            ),
            (*((address,) if plain else ()), f"{address}?format={form}"),
        )


def manifest(revision: int, at: str, files: list[File]) -> bytes:
    """The body of `MANIFEST`: by its key, the name of each file that is never changed."""
    named: dict[str, Any] = {
        file.key: {"sha256": file.sha256, "file": file.immutable} for file in files
    }
    return orjson.dumps({"schema": 1, "revision": revision, "publishedAt": at, "files": named})


def _of_snapshots() -> str:
    return f"public, max-age={int(snapshot.MAX_AGE.total_seconds())}, {_STALE}"


def _packed(
    found: snapshot.Published,
    name: str,
    named: dict[str, Any],
    key: str,
    content_type: str,
    variants: tuple[str, ...] = (),
) -> File:
    # S3 cannot choose by `Accept-Encoding`; gzip is what everybody takes.
    path = found.folder / f"{name}.gz"
    sha256 = named[name]["identity"]["sha256"]
    return File(key, path, sha256, Headers(content_type, _of_snapshots(), "gzip"), variants)
