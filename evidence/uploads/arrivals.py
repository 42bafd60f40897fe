"""Clips from their announcement until all of their bytes have arrived."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import puremagic
from django.conf import settings
from django.db import transaction
from django.db.models import F, Sum
from django.db.models.functions import Now

from common import errors
from evidence import states
from evidence.models import Clip, Failure, State
from evidence.owners import Owner
from evidence.uploads import incoming

HEAD_BYTES = 4096
"""As much of a file shows what it is."""
_TS_PACKET = 188
_ALSO_VIDEO = ("application/ogg", "application/mxf", "application/x-matroska")
_UNKNOWN = "This is not a video: its content is of another kind, whatever its name says."
_receiving = threading.BoundedSemaphore(settings.EVIDENCE_UPLOADS_AT_ONCE)


@transaction.atomic
def announce(owner: Owner, *, name: str, size: int, pk: UUID | None = None) -> Clip:
    """A clip of `size` bytes that is to arrive. Raises what `Owner.admit` does, and `StorageFull`.

    `pk` is its number, where its file was there first.
    """
    owner.admit(size=size)
    check_space(size)
    given = {"pk": pk} if pk else {}
    return Clip.objects.create(
        **given,
        appeal=owner.appeal,
        vote=owner.vote,
        target_type=owner.target_type,
        target_id=owner.target_id,
        name=name,
        size=size,
    )


def check_space(size: int) -> None:
    """Raises `StorageFull` if a clip of `size` bytes has no room beside those that still arrive."""
    coming = Clip.objects.arriving().aggregate(left=Sum(F("size") - F("offset")))["left"] or 0
    if size + coming > incoming.free_bytes():
        raise errors.StorageFull(
            "There is no room on the server for this clip right now. Please try again later."
        )


@contextmanager
def a_place() -> Iterator[None]:
    """One of the few uploads that a process receives at once. Raises `Overloaded`."""
    if not _receiving.acquire(blocking=False):
        raise errors.Overloaded(
            "Many clips are being sent right now; yours goes on in a moment.", retry_after_s=3
        )
    try:
        yield
    finally:
        _receiving.release()


def note(clip: Clip, offset: int) -> bool:
    """Write down how much has arrived; with all of it the clip is received. Whether it still is to.

    False if it was removed or given up meanwhile. Raises `UnsupportedMediaType` once its content
    shows that it is no video: the clip has failed then, and what arrived is gone.
    """
    kind = clip.file_type
    if not kind and offset >= min(clip.size, HEAD_BYTES):
        kind = kind_of(incoming.head(clip.pk, HEAD_BYTES))
        if not kind:
            if not states.move(clip.pk, State.RECEIVING, State.FAILED, failure=Failure.NOT_VIDEO):
                return False
            incoming.forget(clip.pk)
            raise errors.UnsupportedMediaType(_UNKNOWN)
    values: dict[str, Any] = {"offset": offset, "file_type": kind}
    if offset < clip.size:
        mine = Clip.objects.filter(pk=clip.pk, state=State.RECEIVING)
        return bool(mine.update(changed_at=Now(), **values))
    return states.move(clip.pk, State.RECEIVING, State.RECEIVED, **values)


def settle(clip: Clip) -> Clip:
    """The clip as its file has it: who received the last byte may not have come to say so."""
    if clip.state == State.RECEIVING:
        offset = incoming.stored(clip.pk)
        if offset == clip.size:
            note(clip, offset)
            clip.refresh_from_db()
        clip.offset = offset
    return clip


def kind_of(head: bytes) -> str:
    """The media type of the video whose first bytes these are; empty if it is none we know."""
    if len(head) > 2 * _TS_PACKET and {head[n * _TS_PACKET] for n in range(3)} == {0x47}:
        return "video/mp2t"
    try:
        found = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return ""
    kinds = [match.mime_type for match in found]
    return next((kind for kind in kinds if kind.startswith("video/") or kind in _ALSO_VIDEO), "")


def is_idle(clip: Clip) -> bool:
    """Whether nobody sends bytes of a clip right now, and some are missing."""
    if settle(clip).state != State.RECEIVING:
        return False
    try:
        with incoming.arriving(clip.pk):
            return True
    except errors.UploadLocked:
        return False


def given_up_at(since: datetime) -> datetime:
    """When an upload that has got no byte since then is given up."""
    return since + timedelta(hours=settings.EVIDENCE_UPLOAD_HOURS)
