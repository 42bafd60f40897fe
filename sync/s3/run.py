"""Bringing the copy in S3 up to the database: what changed, in batches, each done wholly or again.

Readers see whole objects at any time. Of files that belong together the ones that never change
come first, then `manifest.json`, which names them, then the same under their usual addresses. How
far all is, is kept in the database with the last statement: whoever is killed before leaves a run
that is done again, to the same objects.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice

import orjson
import structlog
from django.conf import settings
from django.db import transaction
from django.db.models.functions import Coalesce, Now
from django.utils import timezone

from common.errors import NotFound
from common.locks import Lock, try_transaction_lock
from common.telemetry import metrics
from sync import publish as buckets
from sync.delta import microseconds
from sync.encoded import encoded
from sync.export import exports
from sync.models import Purge, S3Copy
from sync.progress import tracked
from sync.s3 import places
from sync.s3.store import AWAY, Store
from sync.signed.statement import signed
from sync.snapshot import snapshot

COMPARED_EVERY = timedelta(days=1)
# Whoever read a manifest has so long to take the files that it names.
KEPT = timedelta(hours=1)
PATHS_A_PURGE = 1000
_AT_ONCE = 256
_DAY_S = 86_400
log = structlog.get_logger()


@dataclass(frozen=True)
class Done:
    """What a run did: objects written or deleted, the revision now there, requests it took."""

    changed: int
    revision: int
    requests: int


def publish() -> Done | None:
    """Bring S3 up to the newest revision; None if it is not time, another is at it, or it failed.

    A failure is counted, kept with its time for metrics, and made up for by the next run.
    """
    with suppress(OSError):  # a full disk, of which the disk's own alert tells
        # Where this node shares no folder with one that builds it.
        snapshot.refresh()
    store, copy = Store(), S3Copy.objects.here(settings.S3.target)
    try:
        with transaction.atomic(), tracked("s3"):
            # Also a frozen process holds it: it ends with its connection.
            if not try_transaction_lock(Lock.S3):
                return None
            copy = S3Copy.objects.here(settings.S3.target)
            if copy.next_at > timezone.now():
                return None
            done = _bring_up(store, copy)
            copy.failing_since, copy.error = None, ""
            copy.save()
            S3Copy.objects.update(published_at=Now(), next_at=_next(store.requests))
    except (*AWAY, OSError) as error:
        _failed(store, error)
        return None
    finally:
        metrics.S3_REQUESTS.inc(store.requests)
    metrics.S3_RUNS.labels(outcome="published").inc()
    return done


def _bring_up(store: Store, copy: S3Copy) -> Done:
    """All of a run; what `copy` then says is true once it is committed."""
    latest, now = buckets.latest_revision(), timezone.now()
    there = store.read(places.MANIFEST)
    # Another's, an older one, or none: somebody emptied the bucket, or it is a new one.
    in_step = there is not None and orjson.loads(there)["revision"] >= (copy.revision or 0)
    touched = buckets.touched_since(copy.revision, latest) if in_step else None
    if touched is None or not copy.checked_at or now - copy.checked_at > COMPARED_EVERY:
        changed = _compare(store)
        store.end_abandoned()
        copy.checked_at = now
    else:
        changed = _write(store, touched)
    full = snapshot.published()
    files = [*(places.of_snapshot(full) if full else ()), *places.of_exports()]
    named = {file.key: file.sha256 for file in files}
    moved = [file for file in files if not in_step or copy.files.get(file.key) != file.sha256]
    known = _keep(store, files) if moved or copy.files.keys() - named.keys() else None
    store.put(
        places.MANIFEST,
        places.manifest(latest, microseconds(now), files),
        places.small_headers(),
    )
    for file in moved:
        store.copy(file.immutable, file.key, file.headers)
    _put_statements(store, full)
    if known is not None:
        store.delete(copy.files.keys() - named.keys())
        _retire(store, copy, named, known, now)
    copy.revision, copy.files = latest, named
    _tell(latest, changed, moved)
    return Done(len(changed) + len(moved), latest, store.requests)


def _write(store: Store, touched: Iterable[str]) -> list[str]:
    """Put or delete these buckets; which."""
    wanted = sorted(touched)
    for some in _chunks(wanted):
        bodies = _packed(some)
        _replace(store, bodies, bodies.keys(), [it for it in some if it not in bodies])
    return wanted


def _compare(store: Store) -> list[str]:
    """Compare all buckets with what a listing says of them, and mend what differs; which."""
    there = {key.removeprefix(places.BUCKETS): it for key, it in store.list(places.BUCKETS)}
    mended = []
    # Of others there is nothing, here or there. Names of no bucket go like those of an empty one.
    within: dict[str, set[str]] = {shard: set() for shard in buckets.shards()}
    for it in there:
        within.setdefault(it[:2], set()).add(it)
    for shard in sorted(within):
        some = sorted({f"{shard}{n:02x}" for n in range(256)} | within[shard])
        bodies = _packed(some)
        different = [
            it
            for it, body in bodies.items()
            if it not in there
            or there[it].etag != hashlib.md5(body, usedforsecurity=False).hexdigest()
        ]
        gone = [it for it in some if it in there and it not in bodies]
        _replace(store, bodies, different, gone)
        mended += [*different, *gone]
    return mended


def _replace(
    store: Store, bodies: Mapping[str, bytes], put: Iterable[str], gone: Iterable[str]
) -> None:
    # Between two of these the database is asked: whose lock is lost with its connection stops.
    headers = places.bucket_headers()
    store.put_all([(places.BUCKETS + it, bodies[it]) for it in put], headers)
    store.delete(places.BUCKETS + it for it in gone)


def _packed(some: Sequence[str]) -> Mapping[str, bytes]:
    return {it: encoded(body, "gzip") for it, body in buckets.bodies_of(some).items()}


def _chunks(names: Iterable[str]) -> Iterable[list[str]]:
    left = iter(names)
    while some := list(islice(left, _AT_ONCE)):
        yield some


def _keep(store: Store, files: Iterable[places.File]) -> Mapping[str, datetime]:
    """See that each file is there under the name of its contents; all that are, with their age."""
    there = {key: it.modified for key, it in store.list(places.FILES)}
    for file in files:
        if file.immutable not in there:
            store.upload(file.immutable, file.path, file.forever)
    return there


def _put_statements(store: Store, full: snapshot.Published | None) -> None:
    """What describes the files, and is small and made anew: manifests, the signed statement."""
    bodies = []
    if full:
        bodies.append(("api/sync/manifest", orjson.dumps(full.manifest)))
    with suppress(NotFound):
        bodies.append(("api/database/manifest", orjson.dumps(exports.current())))
    with suppress(NotFound):
        bodies.append((places.SIGNED, orjson.dumps(signed())))
    store.put_all(bodies, places.small_headers())


def _retire(
    store: Store,
    copy: S3Copy,
    named: Mapping[str, str],
    known: Mapping[str, datetime],
    now: datetime,
) -> None:
    """Delete files that no manifest has named for a while, also those of runs that were killed."""
    current = set(named.values())
    retired = {sha256: it for sha256, it in copy.retired.items() if sha256 not in current}
    for sha256 in set(copy.files.values()) - current:
        retired.setdefault(sha256, now.isoformat())
    gone = []
    for key, made in known.items():
        sha256 = key.removeprefix(places.FILES)
        since = datetime.fromisoformat(retired[sha256]) if sha256 in retired else made
        if sha256 not in current and now - since > KEPT:
            gone.append(key)
    store.delete(gone)
    left = {key.removeprefix(places.FILES) for key in known} - {
        key.removeprefix(places.FILES) for key in gone
    }
    copy.retired = {sha256: it for sha256, it in retired.items() if sha256 in left}


def _tell(revision: int, changed: Iterable[str], moved: Iterable[places.File]) -> None:
    """Leave word for a CDN, in the transaction that says that all is there."""
    if not settings.S3.purge_url:
        return
    paths = [f"/{places.BUCKETS}{it}" for it in changed]
    paths += [address for file in moved for address in file.addresses]
    Purge.objects.bulk_create(
        Purge(paths=paths[start : start + PATHS_A_PURGE], revision=revision)
        for start in range(0, len(paths), PATHS_A_PURGE)
    )


def _next(requests: int) -> object:
    """When the next batch may begin: what this one took has to fit into the day's requests."""
    return Now() + timedelta(seconds=requests * _DAY_S / settings.S3.requests_a_day)


def _failed(store: Store, error: Exception) -> None:
    metrics.S3_RUNS.labels(outcome="failed").inc()
    log.warning("not published to S3, trying again", reason=type(error).__name__)
    S3Copy.objects.update(
        failing_since=Coalesce("failing_since", Now()),
        error=f"{type(error).__name__}: {error}"[:1000],
        next_at=_next(store.requests),
    )
