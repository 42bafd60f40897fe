"""Bucket files: the finished answers of prefix lookups (docs/contract.md#r57).

`PUBLISH_ROOT/buckets/ab/cd.json` is the body of `GET /api/videos/abcd`; an empty bucket has no
file. Every web node keeps its own copy, with its own cursor into the revisions; whatever is
missing, broken or ahead of the database is built again.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path

import orjson
import structlog
from django.conf import settings

from common import ids
from common.db import rows
from common.telemetry import metrics
from sync.folders import only_one, write_atomically
from sync.models import Change, Revision
from videos.present import is_published, video_object
from videos.sql import SHARDS
from videos.store import in_buckets

MAX_IN_BUCKET = 1000
_SCRUBBED_AT_ONCE = 256
_READ_AT_ONCE = 65_536
# To replace a file takes little work, but on many disks a wait of milliseconds.
_WRITERS = 4
log = structlog.get_logger()

beside: list[Callable[[], object]] = []
"""What else a node that publishes for itself keeps; each is called often, and knows when it is due.
Apps add theirs."""


@dataclass(frozen=True)
class Published:
    """What a run did: files written or removed, and the revision now published."""

    buckets: int
    revision: int
    rebuilt: bool = False


def bucket_path(bucket: str) -> Path:
    """The file of a 4-hex bucket."""
    return Path(_file_of(bucket))


def _file_of(bucket: str) -> str:
    # Lookups need no `Path`, which takes longer to make than the file to open.
    return f"{_root()}/{bucket[:2]}/{bucket[2:]}.json"


def publish() -> Published | None:
    """Write the buckets touched since this node's cursor; None if another process is at it.

    A node without a usable cursor builds everything.
    """
    with _only_one() as mine:
        if not mine:
            return None
        latest = latest_revision()
        cursor = _read_cursor()
        touched = touched_since(cursor, latest)
        if touched is None:
            return _rebuild(latest, progress=lambda _: None)
        if cursor == latest:
            return Published(0, latest)
        written = _write_buckets(touched)
        _write_cursor(latest)
        return Published(written, latest)


def rebuild(progress: Callable[[int], None]) -> Published | None:
    """Build all buckets; `progress` is called with the share done, in 1/256."""
    with _only_one() as mine:
        return _rebuild(latest_revision(), progress=progress) if mine else None


def scrub(position: int) -> int:
    """Compare 256 buckets with the database and mend what differs; the number mended.

    `position` 0-255 says which, so that one run per minute sees all in four and a half hours.
    """
    with _only_one() as mine:
        if not mine or _read_cursor() is None:
            return 0
        first = position % 256 * _SCRUBBED_AT_ONCE
        mended = _write_buckets(
            (f"{n:04x}" for n in range(first, first + _SCRUBBED_AT_ONCE)), only_different=True
        )
    if mended:
        log.warning("buckets mended", count=mended)
    return mended


def published_revision() -> int:
    """The revision up to which this node's buckets are; 0 before the first."""
    return _read_cursor() or 0


def read_bucket(bucket: str) -> bytes | None:
    """The body of a bucket; None if it is empty or its file unreadable."""
    body = b""
    try:
        # Few calls: at each of them another thread may take over, and this one has to wait.
        file = os.open(_file_of(bucket), os.O_RDONLY | os.O_CLOEXEC)
        try:
            while len(part := os.read(file, _READ_AT_ONCE)) == _READ_AT_ONCE:
                body += part
        finally:
            os.close(file)
    except OSError:
        return None
    # Nothing: cut short by a crash of the machine; the scrub mends it.
    return body + part or None


def latest_revision() -> int:
    """The newest revision; 0 before the first."""
    return Revision.objects.order_by("-number").values_list("number", flat=True).first() or 0


def touched_since(cursor: int | None, latest: int) -> list[str] | None:
    """The buckets that changed after the revision `cursor`, up to `latest`.

    None where that is not known: without a cursor, or one that is ahead or no longer kept.
    """
    if cursor is None or cursor > latest or not _reaches_back_to(cursor, latest):
        return None
    found = (
        Change.objects.filter(revision__gt=cursor, revision__lte=latest, kind="video")
        .values_list("bucket", flat=True)
        .distinct()
    )
    return [bucket for bucket in found if bucket]


def bodies_of(buckets: Sequence[str]) -> dict[str, bytes]:
    """The JSON arrays of the non-empty ones among these buckets."""
    objects: dict[str, list[dict[str, object]]] = {}
    for row, categories in in_buckets(buckets):
        if is_published(row):
            entry = video_object(row, categories)
            objects.setdefault(row.hash[: ids.BUCKET_LENGTH], []).append(entry)
    return {bucket: orjson.dumps(entries) for bucket, entries in objects.items()}


def _reaches_back_to(cursor: int, latest: int) -> bool:
    """Whether the revisions after `cursor` are all still kept."""
    if cursor == latest:
        return True
    oldest = Revision.objects.order_by("number").values_list("number", flat=True).first() or 0
    return cursor >= oldest - 1


def _rebuild(latest: int, *, progress: Callable[[int], None]) -> Published:
    written = 0
    used = shards() | _shards_here()
    for n, shard in enumerate(f"{first:02x}" for first in range(256)):
        if shard in used:
            buckets = [f"{shard}{second:02x}" for second in range(256)]
            written += _write_buckets(buckets, only_different=True)
        progress(n + 1)
    _write_cursor(latest)
    return Published(written, latest, rebuilt=True)


def _write_buckets(buckets: Iterable[str], *, only_different: bool = False) -> int:
    """Bring these buckets' files up to the database, 256 to a query."""
    wanted = sorted(buckets)
    written = 0
    with ThreadPoolExecutor(_WRITERS) as writers:
        for start in range(0, len(wanted), _SCRUBBED_AT_ONCE):
            chunk = wanted[start : start + _SCRUBBED_AT_ONCE]
            bodies = bodies_of(chunk)
            if only_different:
                # All others are empty, and have no file.
                chunk = sorted(bodies.keys() | _with_files(chunk))
                chunk = [it for it in chunk if it not in bodies or read_bucket(it) != bodies[it]]
            parts = (chunk[n::_WRITERS] for n in range(_WRITERS))
            written += sum(writers.map(partial(_write, bodies), parts))
    metrics.BUCKETS_WRITTEN.inc(written)
    return written


def _write(bodies: Mapping[str, bytes], buckets: Sequence[str]) -> int:
    """Write or remove the files of these buckets; how many."""
    for bucket in buckets:
        if bucket in bodies:
            # Thousands a second would keep the database from its own disk; see `_boot`.
            write_atomically(bucket_path(bucket), bodies[bucket], at_once=False)
        else:
            bucket_path(bucket).unlink(missing_ok=True)
    return len(buckets)


def shards() -> set[str]:
    """The first two characters of all buckets that have videos."""
    return {shard for (shard,) in rows(SHARDS, {})}


def _shards_here() -> set[str]:
    with suppress(FileNotFoundError, NotADirectoryError):
        return set(os.listdir(_root()))
    return set()


def _with_files(buckets: Iterable[str]) -> set[str]:
    """Those of these buckets that have a file, whatever is in it."""
    wanted = set(buckets)
    found = set()
    for first in {bucket[:2] for bucket in wanted}:
        with suppress(FileNotFoundError, NotADirectoryError):
            names = os.listdir(f"{_root()}/{first}")
            found |= {first + name.removesuffix(".json") for name in names}
    return found & wanted


def _root() -> str:
    return f"{settings.PUBLISH_ROOT}/buckets"


def _cursor() -> Path:
    return Path(f"{_root()}/cursor")


def _only_one() -> AbstractContextManager[bool]:
    """Whether this process is the one that may write buckets now."""
    return only_one(settings.PUBLISH_ROOT / ".lock")


def _read_cursor() -> int | None:
    """The revision that the files are of; None if that is not known, or no longer sure."""
    try:
        number, boot = _cursor().read_text().split(" ")
        return int(number) if boot == _boot() else None
    except (OSError, ValueError):
        return None


def _write_cursor(revision: int) -> None:
    write_atomically(_cursor(), f"{revision} {_boot()}".encode())


@cache
def _boot() -> str:
    """What names this run of the machine; empty where nothing does.

    Buckets are not waited for until they are on disk: after a crash of the machine some may be
    empty or old, whatever the cursor says, so all are compared with the database once.
    """
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""
