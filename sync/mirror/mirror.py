"""A mirror: another server's public data, copied, followed and served read-only.

It starts from `full.ndjson.zst`, which it downloads in pieces if need be and checks against the
source's manifest, and then follows the delta. What it takes over goes into the same tables that
the pipeline of an ordinary server writes, as revisions of its own; so buckets, snapshots, lists,
deltas, and mirrors of the mirror work as they do there. What the source says is never trusted
further than its form: anything malformed stops the mirror before it is stored.
"""

from __future__ import annotations

import hashlib
import io
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Self
from urllib.parse import urlsplit

import httpx
import orjson
import structlog
import zstandard
from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from common.locks import Lock, wait_for_transaction_lock
from common.version import VERSION
from sync.folders import only_one
from sync.mirror import copied
from sync.models import Mirror
from sync.progress import Progress, tracked
from votes.models import Vote

PAGE = 10_000
BATCH = 2000
TIMEOUT_S = 30.0
TRIES = 5
PATIENCE_S = 300
_LINE_MAX = 64 * 1024
# Beyond any honest source: a page has 4 MB, a copy of a hundred million videos 5 GB.
_JSON_MAX = 64 * 1024 * 1024
_COPY_MAX = 16 * 1024**3
_CURSOR = re.compile(r"[0-9]{1,18}-[0-9]{1,18}")
log = structlog.get_logger()


class MirrorError(Exception):
    """The source cannot be mirrored, or not now; the message is for the operator."""


class NotNow(MirrorError):
    """The source is away or busy; `retry_after_s` says when to ask again."""

    def __init__(self, message: str, retry_after_s: int) -> None:
        super().__init__(message)
        self.retry_after_s = retry_after_s


@dataclass(frozen=True)
class Step:
    """What a run took over: objects that changed, whether from a new copy, and our cursor."""

    changed: int
    copied: bool
    cursor: str


def step(source: str, *, progress: Progress | None = None, resync: bool = False) -> Step:
    """Bring this database up to `source` once.

    Each part is one transaction with the cursor that it leads to, so a run that is killed
    anywhere is simply repeated. Raises `MirrorError`.
    """
    source = check_source(source)
    with (
        only_one(_folder() / ".lock") as mine,
        Source(source) as remote,
        tracked("mirror", progress) as report,
    ):
        if not mine:
            raise MirrorError("Another process is mirroring into this folder.")
        if Vote.objects.exists():
            raise MirrorError("This database has votes of its own; a mirror needs one without.")
        state = Mirror.objects.filter(pk=1).first()
        fresh = resync or state is None or state.resync or state.source != source
        try:
            changed = _load_copy(remote, report) if fresh else 0
            followed, expired = _follow(remote, report)
            if expired:
                fresh = True
                changed += _load_copy(remote, report)
                followed, _ = _follow(remote, report)
        except copied.Malformed as error:
            raise MirrorError(f"The source sent something malformed: {error}.") from error
        Mirror.objects.filter(pk=1).update(synced_at=Now())
        return Step(changed + followed, fresh, Mirror.objects.get(pk=1).cursor)


def check_source(url: str) -> str:
    """The origin of a source. Raises `MirrorError` unless it is http(s)://host[:port]."""
    parts = urlsplit(url.strip().rstrip("/"))
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path or parts.query:
        raise MirrorError("A source is an origin such as https://realtube.example.")
    return f"{parts.scheme}://{parts.netloc}"


class Source:
    """The server that is copied."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self._client = httpx.Client(
            base_url=origin,
            timeout=TIMEOUT_S,
            follow_redirects=False,  # they could lead into our own network
            headers={"User-Agent": f"RealTube-mirror/{VERSION}"},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._client.close()

    def json(self, path: str, **parameters: str | int) -> tuple[int, dict[str, Any]]:
        """Status (200 or 410) and body. Raises `MirrorError`, after waiting where that helps."""
        for attempt in range(1, TRIES + 1):
            try:
                response, content = self._read(path, parameters)
                if response.status_code in (200, 410):
                    body = orjson.loads(content)
                    if not isinstance(body, dict):
                        raise MirrorError(f"{path} is no JSON object; is this a RealTube server?")
                    return response.status_code, body
                _refuse(path, response, attempt)
            except httpx.HTTPError as error:
                _wait_or_give_up(f"{path}: {type(error).__name__}", attempt, 2**attempt)
            except orjson.JSONDecodeError:
                raise MirrorError(f"{path} is no JSON; is this a RealTube server?") from None
        raise AssertionError("unreachable")

    def _read(self, path: str, parameters: dict[str, str | int]) -> tuple[httpx.Response, bytes]:
        """The answer and its unpacked body. Raises `MirrorError` for one that does not end."""
        with self._client.stream("GET", path, params=parameters) as response:
            content = bytearray()
            for chunk in response.iter_bytes():
                content += chunk
                if len(content) > _JSON_MAX:
                    raise MirrorError(f"{path} is longer than anything a RealTube server sends.")
            return response, bytes(content)

    def download(self, path: str, part: Path, *, etag: str, size: int, progress: Progress) -> None:
        """Fetch a file into `part`, going on where an earlier try ended. Raises `MirrorError`."""
        for attempt in range(1, TRIES + 1):
            try:
                self._download(path, part, etag=etag, size=size, progress=progress)
                return
            except httpx.HTTPError as error:
                _wait_or_give_up(f"{path}: {type(error).__name__}", attempt, 2**attempt)

    def _download(self, path: str, part: Path, *, etag: str, size: int, progress: Progress) -> None:
        have = part.stat().st_size if part.exists() else 0
        if have >= size:
            return
        headers = {"Accept-Encoding": "identity"}
        if have:
            headers |= {"Range": f"bytes={have}-", "If-Range": f'"{etag}"'}
        with self._client.stream("GET", path, headers=headers) as response:
            if response.status_code not in (200, 206):
                raise httpx.RemoteProtocolError(f"status {response.status_code}")
            with part.open("ab" if response.status_code == 206 else "wb") as file:
                for chunk in response.iter_raw():  # as it comes: what is here is not asked again
                    if file.tell() + len(chunk) > size:
                        break  # not what the manifest promised; the checksum will say so
                    file.write(chunk)
                    progress("download", file.tell(), size)
        if part.stat().st_size < size:
            raise httpx.RemoteProtocolError("cut short")


def _refuse(path: str, response: httpx.Response, attempt: int) -> None:
    """Wait out a refusal that is temporary; raise `MirrorError` for any other."""
    if response.status_code not in (429, 500, 502, 503, 504):
        raise MirrorError(f"{path} answers {response.status_code}; is this a RealTube server?")
    given = response.headers.get("Retry-After", "")
    wait = int(given) if given.isdigit() else 2**attempt
    _wait_or_give_up(f"{path} answers {response.status_code}", attempt, wait)


def _wait_or_give_up(reason: str, attempt: int, seconds: int) -> None:
    if attempt == TRIES or seconds > PATIENCE_S:
        raise NotNow(reason, seconds)
    log.info("mirror waits", reason=reason, seconds=seconds)
    time.sleep(seconds)


def _load_copy(remote: Source, progress: Progress) -> int:
    """Make this database what the source's snapshot says; the number of objects changed."""
    part = _folder() / "full.ndjson.zst.part"
    _, manifest = remote.json("/api/sync/manifest")
    try:
        entry = manifest["files"]["full.ndjson.zst"]["identity"]
        size, checksum, revision = int(entry["bytes"]), str(entry["sha256"]), manifest["revision"]
        cursor = f"{int(revision)}-0"
    except (KeyError, TypeError, ValueError):
        raise MirrorError("The source's manifest is not one we understand.") from None
    if not 0 < size <= _COPY_MAX:
        raise MirrorError(f"The source's snapshot would have {size} bytes.")
    mark = part.with_suffix(".sha256")
    if not mark.exists() or mark.read_text() != checksum:
        # What is left of another snapshot is of no use.
        part.unlink(missing_ok=True)
        mark.write_text(checksum)
    remote.download(
        "/api/sync/full.ndjson.zst", part, etag=checksum[:32], size=size, progress=progress
    )
    with part.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() != checksum:
            file.close()
            part.unlink()
            raise NotNow("The snapshot's checksum is wrong; it may have been replaced.", 60)
        file.seek(0)
        changed = _load(remote.origin, file, cursor, progress)
    part.unlink()
    mark.unlink()
    return changed


def _load(origin: str, file: BinaryIO, cursor: str, progress: Progress) -> int:
    lines = _lines(file)
    header = _decoded(next(lines, b""))
    try:
        counts = {kind: int(header["counts"][kind]) for kind in ("videos", "channels")}
    except (KeyError, TypeError, ValueError):
        raise MirrorError("The snapshot has no header that we understand.") from None
    total, done, changed = sum(counts.values()), 0, 0
    seen = dict.fromkeys(counts, 0)
    with transaction.atomic():
        wait_for_transaction_lock(Lock.PIPELINE)
        remembered = copied.Remembered()
        while batch := [_decoded(line) for line in islice(lines, BATCH)]:
            changed += copied.take_over(batch)
            remembered.add(batch)
            seen["videos"] += sum("videoId" in entry for entry in batch)
            done += len(batch)
            seen["channels"] = done - seen["videos"]
            progress("load", done, total)
        if seen != counts:
            raise MirrorError(f"The snapshot promises {counts} and has {seen}.")
        missing = iter(remembered.missing())
        while batch := list(islice(missing, BATCH)):
            changed += copied.take_over(batch)
        Mirror.objects.update_or_create(
            pk=1, defaults={"source": origin, "cursor": cursor, "resync": False}
        )
    log.info("mirror loaded a copy", cursor=cursor, changed=changed, **counts)
    return changed


def _follow(remote: Source, progress: Progress) -> tuple[int, bool]:
    """Take over the delta from our cursor on; objects changed, and whether it has expired."""
    changed = done = 0
    while True:
        cursor = Mirror.objects.values_list("cursor", flat=True).get(pk=1)
        status, page = remote.json("/api/sync/delta", cursor=cursor, minScore=0, limit=PAGE)
        if status == HTTPStatus.GONE or page.get("fullSyncRequired"):
            log.info("mirror has to start again", cursor=cursor)
            Mirror.objects.filter(pk=1).update(resync=True)
            return changed, True
        videos, channels = page.get("videos"), page.get("channels")
        following, more = page.get("nextCursor"), page.get("hasMore")
        if not (isinstance(videos, list) and isinstance(channels, list)) or not (
            isinstance(following, str) and _CURSOR.fullmatch(following)
        ):
            raise MirrorError("The source's delta is not one we understand.")
        entries = [*videos, *channels]
        if not all(isinstance(entry, dict) for entry in entries):
            raise MirrorError("The source's delta is not one we understand.")
        with transaction.atomic():
            wait_for_transaction_lock(Lock.PIPELINE)
            moved = Mirror.objects.filter(pk=1, cursor=cursor).update(cursor=following)
            if not moved:
                raise MirrorError("Another process moved this mirror on.")
            for start in range(0, len(entries), copied.REVISION_MAX):
                changed += copied.take_over(entries[start : start + copied.REVISION_MAX])
        done += len(entries)
        progress("follow", done, done)
        if not more:
            return changed, False


def _lines(file: BinaryIO) -> Iterator[bytes]:
    """The lines of a zstd stream. Raises `MirrorError` for broken data or endless lines."""
    reader = io.BufferedReader(
        zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True)
    )
    try:
        while line := reader.readline(_LINE_MAX):
            if not line.endswith(b"\n"):
                raise MirrorError("The snapshot has a line that does not end.")
            yield line
    except zstandard.ZstdError:
        raise MirrorError("The snapshot is no zstd stream.") from None


def _decoded(line: bytes) -> dict[str, Any]:
    try:
        entry = orjson.loads(line)
    except orjson.JSONDecodeError:
        entry = None
    if not isinstance(entry, dict):
        raise MirrorError("The snapshot has a line that is no JSON object.")
    return entry


def _folder() -> Path:
    folder: Path = settings.VAR_DIR / "mirror"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
