"""A mirror: another server's public data, copied, followed and served read-only.

It starts from `full.ndjson.zst` and then follows the delta, both with the client kit
(`realtube_client`), which downloads, checks and waits. What it takes over goes into the same
tables that the pipeline of an ordinary server writes, as revisions of its own; so buckets,
snapshots, lists, deltas, and mirrors of the mirror work as they do there. What the source says is
never trusted further than its form: anything malformed stops the mirror before it is stored.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now

from common.locks import Lock, wait_for_transaction_lock
from common.processes.bars import Progress
from common.version import VERSION
from realtube_client import (
    Client,
    FullCopy,
    Patience,
    Pin,
    RealTubeError,
    Refused,
    State,
    Unreachable,
    Untrusted,
    WholePage,
)
from realtube_client.asking import origin_of
from realtube_client.full import contents, unpacked
from sync.folders import only_one
from sync.mirror import copied
from sync.models import Mirror
from sync.progress import tracked
from votes.models import Vote

PAGE = 10_000
BATCH = 2000
TIMEOUT_S = 30.0
PATIENCE = Patience(tries=5, longest_s=300.0, spread=0.0)
AGAIN_S = 60
log = structlog.get_logger()


class MirrorError(Exception):
    """The source cannot be mirrored, or not now; the message is for the operator."""


class NotNow(MirrorError):
    """The source is away or busy, or what it has is not to be believed; `retry_after_s` says when
    to ask again."""

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
        tracked("mirror", progress) as report,
    ):
        if not mine:
            raise NotNow("Another process is mirroring into this folder.", AGAIN_S)
        if Vote.objects.exists():
            raise MirrorError("This database has votes of its own; a mirror needs one without.")
        held, pin = Held(source, report, resync=resync), _pin(source)
        try:
            with _client(source, pin) as client:
                followed = client.follow_full(
                    held,
                    _folder() / "full.ndjson.zst.part",
                    page=PAGE,
                    progress=partial(report, "download"),
                )
        except copied.Malformed as error:
            raise MirrorError(f"The source sent something malformed: {error}.") from error
        except RealTubeError as error:
            raise _for_the_operator(error) from error
        # Passed on as it was checked, for clients that know the source's key.
        signed = {"signed": pin.signed} if pin.signed else {}
        Mirror.objects.filter(pk=1).update(synced_at=Now(), **signed)
        return Step(held.changed, followed.copied, followed.state.cursor)


def check_source(url: str) -> str:
    """The origin of a source. Raises `MirrorError` unless it is http(s)://host[:port]."""
    try:
        return origin_of(url)
    except ValueError as error:
        raise MirrorError("A source is an origin such as https://realtube.example.") from error


class Held:
    """What this database has of the source: the `Store` that the kit follows it with."""

    def __init__(self, source: str, progress: Progress, *, resync: bool) -> None:
        row = Mirror.objects.filter(pk=1).first()
        keeps = row is not None and row.source == source and not (resync or row.resync)
        self._state = State(source, row.cursor) if row is not None and keeps else None
        self._progress = progress
        self._followed = 0
        self.changed = 0

    def state(self) -> State | None:
        """How far it is; None if a copy is needed."""
        return self._state

    def replace(self, copy: FullCopy, state: State) -> None:
        """Make this database what a copy says. Raises `Unreadable`, `copied.Malformed`."""
        with copy.path.open("rb") as file, transaction.atomic():
            wait_for_transaction_lock(Lock.PIPELINE)
            read = contents(unpacked(file))
            self.changed += self._load(read.objects, sum(read.counts.values()))
            row = {"source": state.origin, "cursor": state.cursor, "resync": False}
            Mirror.objects.update_or_create(pk=1, defaults=row)
        copy.remove()
        self._state = state
        log.info("mirror loaded a copy", cursor=state.cursor, **read.counts)

    def _load(self, objects: Iterator[dict[str, Any]], total: int) -> int:
        """Take over all objects, and remove what is not among them; how many changed anything."""
        done = changed = 0
        remembered = copied.Remembered()
        while batch := list(islice(objects, BATCH)):
            changed += copied.take_over(batch)
            remembered.add(batch)
            done += len(batch)
            self._progress("load", done, total)
        missing = iter(remembered.missing())
        while batch := list(islice(missing, BATCH)):
            changed += copied.take_over(batch)
        return changed

    def apply(self, page: WholePage, state: State) -> None:
        """Take over a page of the delta. Raises `copied.Malformed`."""
        before = self._state.cursor if self._state else ""
        with transaction.atomic():
            wait_for_transaction_lock(Lock.PIPELINE)
            if not Mirror.objects.filter(pk=1, cursor=before).update(cursor=state.cursor):
                raise MirrorError("Another process moved this mirror on.")
            changed = 0
            for start in range(0, len(page.entries), copied.REVISION_MAX):
                changed += copied.take_over(page.entries[start : start + copied.REVISION_MAX])
        self.changed += changed
        self._state = state
        self._followed += len(page.entries)
        self._progress("follow", self._followed, self._followed)

    def renew(self, state: State) -> None:
        """Nothing: a copy is taken anew only when it has to be."""


def _pin(source: str) -> Pin:
    # Each source has its own key.
    name = hashlib.sha256(source.encode()).hexdigest()[:16]
    try:
        return Pin(settings.MIRROR_KEY, path=_folder() / f"key-{name}.json")
    except ValueError as error:
        raise MirrorError(f"The source's key is none: {error}") from error


def _client(source: str, pin: Pin) -> Client:
    return Client(
        source,
        user_agent=f"RealTube-mirror/{VERSION}",
        timeout_s=TIMEOUT_S,
        patience=PATIENCE,
        pin=pin,
    )


def _for_the_operator(error: RealTubeError) -> MirrorError:
    """What the kit says, and whether to ask again. What is not believed may be right tomorrow."""
    if isinstance(error, Untrusted):
        return NotNow(str(error), AGAIN_S)
    if isinstance(error, Refused | Unreachable) and error.is_temporary:
        return NotNow(str(error), math.ceil(error.retry_after_s) or AGAIN_S)
    return MirrorError(str(error))


def _folder() -> Path:
    folder: Path = settings.VAR_DIR / "mirror"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
