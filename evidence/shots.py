"""Pictures that voters took of the player, with their times: for moderators alone.

They come in one request with a vote, and are kept as they came until the worker `media` has decoded
them and made pictures of its own; those alone are shown.
"""

from __future__ import annotations

import base64
import json
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from django.conf import settings
from django.db import transaction

from common import errors
from common.locks import wait_for_name
from evidence import removal
from evidence.models import Clip, Kind, State
from evidence.uploads import arrivals, incoming
from votes.models import Category, TargetType, Vote

MOST = 3
"""Pictures of one report."""
PICTURE_BYTES = 450_000
BODY_BYTES = 2 * 1024 * 1024
"""Of a request with all of them, in Base64."""
_TYPE = "application/json"


@dataclass(frozen=True)
class Shot:
    """A JPEG, PNG or WebP file of what was played `at` seconds from the video's start."""

    at: float
    picture: bytes


def taken_with(category: str) -> int:
    """How many pictures can be sent with a vote; 0 where none are taken, or it is a dispute."""
    on = settings.EVIDENCE and settings.EVIDENCE_SHOTS > 0
    return MOST if on and category != Category.NOT_AI else 0


def keep(voter_id: str, video_id: str, shots: Sequence[Shot]) -> None:
    """Keep the pictures of a voter's standing vote in place of those before; none removes them.

    Raises `NotFound` where there is no such vote or none are taken with it, `TooManyClips` once
    enough reports of the video have some, `StorageFull`. A banned voter's are not kept, and they
    are told nothing of it, as with votes.
    """
    vote = (
        Vote.objects.select_related("voter")
        .filter(voter_id=voter_id, video_id=video_id, retracted_at=None)
        .first()
    )
    if vote is None or vote.voter is None or not taken_with(vote.category):
        raise errors.NotFound("Report the video first; pictures go with a report.")
    if vote.voter.is_shadowbanned:
        return
    if not shots:
        with transaction.atomic():
            removal.discard(Clip.objects.filter(vote=vote, kind=Kind.SHOTS))
        return
    number = uuid.uuid4()
    raw = pack(shots)
    try:
        with incoming.arriving(number) as arriving:
            arriving.take(BytesIO(raw).read, len(raw))
        _add(vote, number, len(raw))
    except BaseException:
        incoming.forget(number)
        raise


@transaction.atomic
def _add(vote: Vote, number: uuid.UUID, size: int) -> None:
    # Of two at once, the second must see the first.
    wait_for_name(f"evidence shots {vote.video_id}")
    removal.discard(Clip.objects.filter(vote=vote, kind=Kind.SHOTS))
    of_others = Clip.objects.of_target(TargetType.VIDEO, vote.video_id).kept()
    if of_others.filter(kind=Kind.SHOTS).count() >= settings.EVIDENCE_SHOTS:
        raise errors.TooManyClips("Enough viewers have shown pictures of this video already.")
    arrivals.check_space(size)
    Clip.objects.create(
        id=number,
        kind=Kind.SHOTS,
        vote=vote,
        target_type=TargetType.VIDEO,
        target_id=vote.video_id,
        size=size,
        offset=size,
        file_type=_TYPE,
        state=State.RECEIVED,
    )


def pack(shots: Sequence[Shot]) -> bytes:
    """Pictures as one file, in the order of their times: what `evidence.media.shots` reads."""
    return json.dumps(
        [
            {"at": shot.at, "picture": base64.b64encode(shot.picture).decode("ascii")}
            for shot in sorted(shots, key=lambda shot: shot.at)
        ]
    ).encode("ascii")
